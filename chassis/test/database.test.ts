import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSchema, createTestSchema, waitFor } from '@torii/testing';
import { QueryTypes, type Transaction, UniqueConstraintError } from 'sequelize';
import { JOINS_BEGIN, JOINS_NEXT, together } from '../src/database/join-statements.ts';
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

describe('a statement that joins the next', () => {
  const add = (id: number | string, transaction: Transaction | null) =>
    database.sequelize.query(`${JOINS_NEXT}INSERT INTO notes (id, text) VALUES (?, 'a')`, { transaction, replacements: [id] });
  const list = async (transaction: Transaction | null = null) => {
    const rows = await database.sequelize.query<{ id: number }>('SELECT id FROM notes ORDER BY id', {
      transaction,
      type: QueryTypes.SELECT,
    });
    return rows.map(({ id }) => id);
  };

  beforeEach(() => schema.query('CREATE TABLE notes (id INT PRIMARY KEY, text LONGTEXT)'));

  it('comes before statements that are made together, which give the rows of each', async () => {
    const insert = `${JOINS_BEGIN}INSERT INTO notes (id) VALUES (?), (?) RETURNING id`;
    const query = async (transaction: Transaction, ids: readonly number[]) =>
      (await database.sequelize.query(together(insert, 'SELECT COUNT(*) AS n FROM notes'), { transaction, replacements: [...ids] }))[0];
    const results = await database.transaction(async (tx) => {
      const first = await query(tx, [1, 2]);
      await add(3, tx);
      return [first, await query(tx, [4, 5])];
    });
    expect(results).toEqual([
      [[{ id: 1 }, { id: 2 }], [{ n: 2 }]],
      [[{ id: 4 }, { id: 5 }], [{ n: 5 }]],
    ]);
    await expect(database.transaction((tx) => query(tx, [6, 1]))).rejects.toThrow(UniqueConstraintError);
    expect(await list()).toEqual([1, 2, 3, 4, 5]);
  });

  it('is kept by the commit, and seen by what comes before that', async () => {
    await database.transaction(async (tx) => {
      await add(1, tx);
      await add(2, tx);
      expect(await list(tx)).toEqual([1, 2]);
      await add(3, tx);
    });
    expect(await list()).toEqual([1, 2, 3]);
  });

  it('is one packet with the whole of its transaction', async () => {
    // One after another they all take the same connection, and it counts for itself.
    const countCompounds = async () => {
      const sql = "SHOW SESSION STATUS LIKE 'Com_compound_sql'";
      const [row] = await database.sequelize.query<{ Value: string }>(sql, { type: QueryTypes.SELECT });
      return Number(row?.Value);
    };
    const before = await countCompounds();
    await database.transaction(async (tx) => {
      await add(1, tx);
      await add(2, tx);
    });
    expect(await countCompounds()).toBe(before + 1);
  });

  it('keeps nothing of a transaction when it fails, with its own reason', async () => {
    await add(1, null);
    const failed = database.transaction(async (tx) => {
      await add(2, tx);
      await add(1, tx);
    });
    await expect(failed).rejects.toThrow(UniqueConstraintError);
    expect(await list()).toEqual([1]);
    await database.transaction((tx) => add(3, tx));
    expect(await list()).toEqual([1, 3]);
  });

  it('fails the statement it travels with', async () => {
    const failed = database.transaction(async (tx) => {
      await add('none', tx);
      await list(tx);
    });
    await expect(failed).rejects.toMatchObject({ original: { sqlState: expect.any(String) } });
    expect(await list()).toEqual([]);
  });

  it('is forgotten when its transaction is abandoned', async () => {
    for (const isBegun of [false, true]) {
      const abandoned = database.transaction(async (tx) => {
        if (isBegun) await list(tx);
        await add(1, tx);
        throw new Error('no');
      });
      await expect(abandoned).rejects.toThrow('no');
      expect(await list()).toEqual([]);
    }
  });

  it('does not wait outside a transaction, nor when it is long', async () => {
    await add(1, null);
    expect(await schema.query('SELECT id FROM notes')).toEqual([{ id: 1 }]);
    await database.transaction(async (tx) => {
      const text = 'x'.repeat(600_000);
      for (const id of [2, 3])
        await database.sequelize.query(`${JOINS_NEXT}INSERT INTO notes VALUES (?, ?)`, { transaction: tx, replacements: [id, text] });
      const uncommitted = 'SELECT trx_rows_modified AS modified FROM information_schema.INNODB_TRX WHERE trx_rows_modified > 0';
      expect(await schema.query(uncommitted)).toEqual([{ modified: 2 }]);
    });
    expect(await list()).toEqual([1, 2, 3]);
  });
});

describe('the tables of messaging', () => {
  it('may be created twice', async () => {
    for (const create of [createMessagingTables, createMessageFailures, createMessagingTables, createMessageFailures])
      await create(database.sequelize.getQueryInterface());
    expect(await schema.query('SHOW TABLES')).toHaveLength(4);
  });
});
