import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSchema, createTestSchema, waitFor } from '@torii/testing';
import { QueryTypes, type Transaction } from 'sequelize';
import {
  type Database,
  type GroupCommit,
  type GroupOutcome,
  type IdempotencyKey,
  type RouteResponse,
  ServiceError,
  connectDatabase,
  createGroupCommit,
  createMessagingTables,
  fingerprintOf,
  groupStatement,
  toServiceError,
  withIdempotencyKeys,
} from '../src/index.ts';

interface Creation extends IdempotencyKey {
  readonly id: number;
  readonly sku: string;
}

const USER = '0190a1b2-0000-7000-8000-000000000001';
let schema: TestSchema;
let database: Database;
let group: GroupCommit<Creation, RouteResponse>;
let groups: readonly Creation[][];
/** Between the last statement of a transaction and its commit. */
let beforeCommit: (() => Promise<void>) | undefined;

beforeEach(async () => {
  schema = await createTestSchema('group_commit');
  database = await connectDatabase({ ...schema.databaseOptions, failpoints: { beforeCommit: () => beforeCommit?.() } });
  await createMessagingTables(database.sequelize.getQueryInterface());
  await schema.query('CREATE TABLE things (id INT PRIMARY KEY, sku VARCHAR(5) NOT NULL UNIQUE)');
  [groups, beforeCommit] = [[], undefined];
  group = createGroupCommit({
    database,
    sizeOf: () => 100,
    write: (tx, requests) => {
      groups = [...groups, [...requests]];
      return withIdempotencyKeys({ database, tx }, requests, (due) => insertThings(tx, due));
    },
  });
});
afterEach(async () => {
  await database.close();
  await schema.close();
});

async function insertThings(tx: Transaction, things: readonly Creation[]): Promise<readonly GroupOutcome<RouteResponse>[]> {
  const rows = await database.sequelize.query<{ id: number }>(
    `${groupStatement(tx)}INSERT INTO things (id, sku) VALUES ? ON DUPLICATE KEY UPDATE id = things.id RETURNING id`,
    { replacements: [things.map(({ id, sku }) => [id, sku])], type: QueryTypes.SELECT, transaction: tx },
  );
  const ids = new Set(rows.map(({ id }) => id));
  const taken = new ServiceError({ code: 'TAKEN', kind: 'conflict', message: 'Taken.' });
  return things.map(({ id }) => (ids.has(id) ? { value: { status: 201, body: { id } } } : { error: taken }));
}

const creation = (id: number, { key, sku = `s-${id}` }: { readonly key?: string; readonly sku?: string } = {}): Creation => ({
  id,
  sku,
  key,
  userId: USER,
  fingerprint: fingerprintOf(sku),
});
const commitAll = (creations: readonly Creation[]) => Promise.allSettled(creations.map((each) => group.commit(each)));
const statusOf = (outcome: PromiseSettledResult<RouteResponse>): unknown =>
  outcome.status === 'fulfilled' ? outcome.value.status : (toServiceError(outcome.reason)?.code ?? Reflect.get(outcome.reason, 'name'));
const listThings = async () => (await schema.query<{ id: number }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);
const range = (count: number) => Array.from({ length: count }, (_unused, index) => index + 1);

describe('a group commit', () => {
  it('writes many requests in two transactions', async () => {
    const outcomes = await commitAll(range(40).map((id) => creation(id, id % 2 === 0 ? {} : { key: `key-${id}` })));
    expect(new Set(outcomes.map(statusOf))).toEqual(new Set([201]));
    expect(await listThings()).toEqual(range(40));
    expect(groups.map(({ length }) => length)).toEqual([1, 39]);
  });

  it('lets one of many win that want the same thing', async () => {
    const outcomes = await commitAll(range(10).map((id) => creation(id, { sku: 'same' })));
    expect(outcomes.map(statusOf)).toEqual([201, ...range(9).map(() => 'TAKEN')]);
    expect(await listThings()).toEqual([1]);
    const together = await commitAll([creation(20), ...range(3).map((n) => creation(20 + n, { sku: 'next' }))]);
    expect(together.map(statusOf)).toEqual([201, 201, 'TAKEN', 'TAKEN']);
  });

  it('gives all with the same key one effect and one answer', async () => {
    const outcomes = await commitAll([creation(1), ...range(8).map((n) => creation(n + 1, { key: 'key', sku: 'same' }))]);
    expect(outcomes.slice(1)).toEqual(range(8).map(() => ({ status: 'fulfilled', value: { status: 201, body: { id: 2 } } })));
    expect(await listThings()).toEqual([1, 2]);
    expect(groups.map(({ length }) => length)).toEqual([1, 8, 7]);
  });

  it('refuses a key with another request, and nobody else', async () => {
    await group.commit(creation(1, { key: 'key' }));
    const outcomes = await commitAll([creation(2), creation(3, { key: 'key' }), creation(4, { key: 'other' })]);
    expect(outcomes.map(statusOf)).toEqual([201, 'IDEMPOTENCY_KEY_REUSED', 201]);
  });

  it('leaves the key of a request free that failed', async () => {
    await group.commit(creation(1));
    const outcomes = await commitAll([creation(2), creation(3, { key: 'key', sku: 's-1' }), creation(4, { key: 'other' })]);
    expect(outcomes.map(statusOf)).toEqual([201, 'TAKEN', 201]);
    expect(await group.commit(creation(5, { key: 'key' }))).toMatchObject({ status: 201 });
    expect(await schema.query('SELECT idempotency_key AS k FROM idempotency_keys ORDER BY k')).toEqual([{ k: 'key' }, { k: 'other' }]);
  });

  it('keeps the good ones of a group with a row that cannot be written', async () => {
    const outcomes = await commitAll([
      creation(1),
      creation(2),
      creation(3, { sku: 'too long', key: 'key' }),
      creation(4, { key: 'other' }),
    ]);
    expect(outcomes.map(statusOf)).toEqual([201, 201, 'SequelizeDatabaseError', 201]);
    expect(await listThings()).toEqual([1, 2, 4]);
    expect(await schema.query('SELECT idempotency_key AS k FROM idempotency_keys')).toEqual([{ k: 'other' }]);
  });

  it.each([
    ['its row', "INSERT INTO things VALUES (100, 's-3')", 'TAKEN'],
    ['its key', `INSERT INTO idempotency_keys VALUES ('${USER}', 'key', 'other', '{}', NOW(3))`, 'IDEMPOTENCY_KEY_REUSED'],
  ])('lets nobody wait for the lock that one request meets at %s', async (_what, statement, outcome) => {
    const holder = await database.connect();
    await holder.query('START TRANSACTION');
    await holder.query(statement);
    let isBlocked = true;
    const blocked = Promise.withResolvers<PromiseSettledResult<RouteResponse>>();
    const free = commitAll([creation(1), creation(2)]);
    void commitAll([creation(3, { key: 'key' })]).then(([settled]) => {
      isBlocked = false;
      if (settled !== undefined) blocked.resolve(settled);
    });
    const later = commitAll([creation(4)]);
    expect([...(await free), ...(await later)].map(statusOf)).toEqual([201, 201, 201]);
    expect(isBlocked).toBe(true);
    await holder.query('COMMIT');
    await holder.close();
    expect(statusOf(await blocked.promise)).toBe(outcome);
  });

  it('keeps nothing, and says so to all, when the connection is lost before the commit', async () => {
    await group.commit(creation(1));
    beforeCommit = async () => {
      if (groups.at(-1)?.length === 1) return;
      const [session] = await schema.query<{ id: number }>(
        "SELECT id FROM information_schema.PROCESSLIST WHERE db = DATABASE() AND user LIKE 'group_commit%'",
      );
      await schema.query('KILL ?', [session?.id]);
    };
    const outcomes = await commitAll([creation(2), creation(3), creation(4, { key: 'key' })]);
    expect(outcomes.map(statusOf)).toEqual([201, 'DEPENDENCY_UNAVAILABLE', 'DEPENDENCY_UNAVAILABLE']);
    expect(await listThings()).toEqual([1, 2]);
    beforeCommit = undefined;
    expect(await group.commit(creation(4, { key: 'key' }))).toMatchObject({ status: 201 });
    expect(await listThings()).toEqual([1, 2, 4]);
  });

  it('says the same to all when the connection is lost while they are written, and does not try again', async () => {
    const sleep = createGroupCommit<number, number>({
      database,
      sizeOf: () => 1,
      write: async (tx, requests) => {
        if (requests.length > 1) await database.sequelize.query('SELECT SLEEP(20)', { transaction: tx });
        groups = [...groups, []];
        return requests.map((value) => ({ value }));
      },
    });
    const outcomes = Promise.allSettled([1, 2, 3].map((request) => sleep.commit(request)));
    const findSleeper = () =>
      schema.query<{ id: number }>(
        "SELECT id FROM information_schema.PROCESSLIST WHERE info LIKE '%SLEEP(20)%' AND user LIKE 'group_commit%'",
      );
    await waitFor(async () => (await findSleeper()).length > 0, { what: 'A statement under way' });
    const [session] = await findSleeper();
    await schema.query('KILL ?', [session?.id]);
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(groups).toHaveLength(1);
  });
});
