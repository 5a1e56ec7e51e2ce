import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSchema, createTestSchema } from '@torii/testing';
import { QueryTypes } from 'sequelize';
import { type Database, connectDatabase, createMessagingTables } from '../src/index.ts';

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
    const impatient = await connectDatabase({ ...schema.databaseOptions, queryTimeoutMs: 200 });
    await expect(impatient.sequelize.query('SELECT SLEEP(5)')).rejects.toThrow(/timeout/i);
    await impatient.ping();
    await impatient.close();
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

describe('createMessagingTables', () => {
  it('may run twice', async () => {
    await createMessagingTables(database.sequelize.getQueryInterface());
    await createMessagingTables(database.sequelize.getQueryInterface());
    expect(await schema.query('SHOW TABLES')).toHaveLength(3);
  });
});
