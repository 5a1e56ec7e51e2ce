import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSchema, createTestSchema, waitFor } from '@torii/testing';
import { QueryTypes, type Transaction, UniqueConstraintError } from 'sequelize';
import { JOINS_BEGIN } from '../src/database/sql-driver.ts';
import { type Database, connectDatabase, createMessageFailures, createMessagingTables } from '../src/index.ts';

let schema: TestSchema;
let database: Database;

beforeEach(async () => {
  schema = await createTestSchema('chassis');
  database = await connectDatabase(schema.databaseOptions);
});
afterEach(async () => {
  await database.close();
  await schema.close();
});

describe('connectDatabase', () => {
  it('speaks TLS, UTC and READ COMMITTED', async () => {
    const [session] = await database.sequelize.query<{ cipher: string; zone: string; isolation: string }>(
      `SELECT (SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher') AS cipher,
        @@time_zone AS zone, @@tx_isolation AS isolation`,
      { type: QueryTypes.SELECT },
    );
    expect(session).toEqual({ cipher: expect.stringMatching(/^(TLS|ECDHE)/), zone: '+00:00', isolation: 'READ-COMMITTED' });
  });

  it('reads the credentials again after a rotation', async () => {
    await database.transaction(async (tx) => {
      await database.sequelize.query('SELECT 1', { transaction: tx });
      await schema.rotatePassword('second');
      // This connection is taken: the next two statements need new ones.
      await Promise.all([database.ping(), database.transaction((other) => database.sequelize.query('SELECT 1', { transaction: other }))]);
    });
    await (await database.connect()).close();
  });

  it('fails a statement that takes too long, and goes on', async () => {
    const countSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = countSockets();
    const impatient = await connectDatabase({ ...schema.databaseOptions, queryTimeoutMs: 200 });
    await expect(impatient.sequelize.query('SELECT SLEEP(20)')).rejects.toThrow(/timeout/i);
    await impatient.ping();
    const dedicated = await impatient.connect();
    await expect(dedicated.query('SELECT SLEEP(20)')).rejects.toThrow(/timeout/i);
    await dedicated.close();
    await impatient.close();
    // The server goes on sleeping, and its connections must not stay open for that.
    await waitFor(() => countSockets() === before, { what: 'The end of connections' });
  });

  it('runs a transaction again after a deadlock', async () => {
    await schema.query('CREATE TABLE accounts (id INT PRIMARY KEY, amount INT NOT NULL)');
    await schema.query('INSERT INTO accounts VALUES (1, 0), (2, 0)');
    let runs = 0;
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const add = (ids: readonly number[], mine: PromiseWithResolvers<void>, others: PromiseWithResolvers<void>) =>
      database.transaction(async (tx) => {
        runs += 1;
        await database.sequelize.query('UPDATE accounts SET amount = amount + 1 WHERE id = ?', { replacements: [ids[0]], transaction: tx });
        mine.resolve();
        await others.promise;
        await database.sequelize.query('UPDATE accounts SET amount = amount + 1 WHERE id = ?', { replacements: [ids[1]], transaction: tx });
      });
    await Promise.all([add([1, 2], first, second), add([2, 1], second, first)]);
    expect(runs).toBe(3);
    expect(await schema.query('SELECT amount FROM accounts')).toEqual([{ amount: 2 }, { amount: 2 }]);
  });

  it('gives back JSON columns as values', async () => {
    await schema.query('CREATE TABLE documents (document JSON NOT NULL)');
    await database.sequelize.query('INSERT INTO documents VALUES (?)', { replacements: ['{"a":[1,"東京"]}'] });
    const rows = await database.sequelize.query('SELECT document FROM documents', { type: QueryTypes.SELECT });
    expect(rows).toEqual([{ document: { a: [1, '東京'] } }]);
  });
});

describe('transaction', () => {
  const add = (id: number, transaction: Transaction) =>
    database.sequelize.query<{ id: number }>(`${JOINS_BEGIN}INSERT INTO notes (id) VALUES (?) RETURNING id`, {
      transaction,
      type: QueryTypes.SELECT,
      replacements: [id],
    });
  const list = () => schema.query('SELECT id FROM notes ORDER BY id');

  beforeEach(() => schema.query('CREATE TABLE notes (id INT PRIMARY KEY)'));

  it('begins together with its first statement, which gives back its rows', async () => {
    await expect(database.transaction((tx) => add(1, tx))).resolves.toEqual([{ id: 1 }]);
    expect(await list()).toEqual([{ id: 1 }]);
  });

  it('keeps nothing of what failed, whichever statement was the first', async () => {
    const abandon = async (...statements: readonly ((tx: Transaction) => Promise<unknown>)[]) => {
      const abandoned = database.transaction(async (tx) => {
        await Promise.all(statements.map((run) => run(tx)));
        throw new Error('no');
      });
      await expect(abandoned).rejects.toThrow('no');
      expect(await list()).toEqual([]);
    };
    const addPlainly = (transaction: Transaction) => database.sequelize.query('INSERT INTO notes (id) VALUES (2)', { transaction });
    const addPrepared = (transaction: Transaction) =>
      database.sequelize.query('INSERT INTO notes (id) VALUES ($1)', { transaction, bind: [3] });
    await abandon((tx) => add(1, tx), addPlainly, addPrepared);
    await abandon(addPlainly, (tx) => add(1, tx), addPrepared);
    await abandon(addPrepared, addPlainly, (tx) => add(1, tx));
    await abandon();
  });

  it('begins where a statement failed that would have begun it', async () => {
    await database.transaction((tx) => add(1, tx));
    await expect(database.transaction((tx) => add(1, tx))).rejects.toThrow(UniqueConstraintError);
    await database.transaction((tx) => add(2, tx));
    expect(await list()).toEqual([{ id: 1 }, { id: 2 }]);
  });
});

describe('the tables of messaging', () => {
  it('may be created twice', async () => {
    for (const create of [createMessagingTables, createMessageFailures, createMessagingTables, createMessageFailures])
      await create(database.sequelize.getQueryInterface());
    expect(await schema.query('SHOW TABLES')).toHaveLength(4);
  });
});
