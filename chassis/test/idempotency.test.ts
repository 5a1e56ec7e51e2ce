import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSchema, createTestSchema } from '@torii/testing';
import {
  type Database,
  type RouteResponse,
  connectDatabase,
  createMessagingTables,
  fingerprintOf,
  withIdempotencyKey,
} from '../src/index.ts';

let schema: TestSchema;
let database: Database;
let effects: number;

beforeEach(async () => {
  schema = await createTestSchema('idempotency');
  database = await connectDatabase(schema.databaseOptions);
  await createMessagingTables(database.sequelize.getQueryInterface());
  effects = 0;
});
afterEach(async () => {
  await database.close();
  await schema.close();
});

const request = (overrides: { readonly key?: string | undefined; readonly userId?: string; readonly body?: unknown } = {}) => ({
  key: 'key-1',
  userId: '0190a1b2-0000-7000-8000-000000000001',
  ...overrides,
  fingerprint: fingerprintOf('POST', '/jobs', overrides.body ?? { a: 1 }),
});
const run = async (): Promise<RouteResponse> => {
  effects += 1;
  return { status: 202, headers: { location: `/v1/jobs/${effects}` }, body: { id: effects, name: '東京' } };
};

describe('withIdempotencyKey', () => {
  it('gives a repetition the stored answer', async () => {
    const first = await withIdempotencyKey(database, request(), run);
    expect(await withIdempotencyKey(database, request(), run)).toEqual(first);
    expect(effects).toBe(1);
  });

  it('makes a repetition that comes at the same time wait for the answer', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => withIdempotencyKey(database, request(), run)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(effects).toBe(1);
  });

  it('refuses the key with another request', async () => {
    await withIdempotencyKey(database, request(), run);
    await expect(withIdempotencyKey(database, request({ body: { a: 2 } }), run)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      kind: 'conflict',
    });
  });

  it('keeps the keys of two people apart, and case apart', async () => {
    await withIdempotencyKey(database, request(), run);
    await withIdempotencyKey(database, request({ userId: '0190a1b2-0000-7000-8000-000000000002' }), run);
    await withIdempotencyKey(database, request({ key: 'KEY-1' }), run);
    expect(effects).toBe(3);
  });

  it('leaves the key free when the request fails', async () => {
    await expect(withIdempotencyKey(database, request(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withIdempotencyKey(database, request(), run)).toMatchObject({ status: 202 });
  });

  it('just runs without a key', async () => {
    await withIdempotencyKey(database, request({ key: undefined }), run);
    await withIdempotencyKey(database, request({ key: undefined }), run);
    expect(effects).toBe(2);
  });
});
