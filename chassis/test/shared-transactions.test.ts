import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Transaction } from 'sequelize';
import { ServiceError } from '../src/index.ts';
import type { Delivery } from '../src/messaging/delivery.ts';
import { type AnyHandler, createProcessor } from '../src/messaging/process-messages.ts';
import { createHarness, envelopeOf, type Harness } from './messaging-harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await createHarness();
});
beforeEach(() => harness.schema.query('DELETE FROM inbox_messages'));
afterAll(() => harness.stop());

const deliveryOf = (id: string): Delivery => ({
  deliveryId: id,
  body: envelopeOf(id),
  attempt: 1,
  isRedriven: false,
  traceparent: undefined,
  replay: undefined,
});

/** The first batch holds its transaction until the others have come. @returns what became of each message, and the transactions of effects that were kept */
async function processTogether(batches: readonly (readonly string[])[], poison?: string) {
  const begun = Promise.withResolvers<void>();
  const othersHaveCome = Promise.withResolvers<void>();
  const kept: Transaction[] = [];
  const handle: AnyHandler = async ({ id }, { tx, beforeCommit }) => {
    begun.resolve();
    await othersHaveCome.promise;
    if (id === poison)
      throw new ServiceError({ code: 'ITEM_UNKNOWN', kind: 'not-found', message: 'Item 1 cannot be deleted: there is none.' });
    beforeCommit(async () => tx.afterCommit(() => void kept.push(tx)));
  };
  const { database, logger, claims } = harness;
  const shared = { consumer: 'catalog', maxAttempts: 5, rebuildable: false, sharesTransactions: true } as const;
  const process = createProcessor({ ...shared, database, logger, claims, findHandler: () => handle });
  const [first = [], ...others] = batches.map((ids) => ids.map(deliveryOf));
  const processed = [process(first)];
  await begun.promise;
  processed.push(...others.map((deliveries) => process(deliveries)));
  await turn();
  othersHaveCome.resolve();
  const outcomes = new Map((await Promise.all(processed)).flatMap((each) => [...each]));
  return { kinds: Object.fromEntries([...outcomes].map(([id, { kind }]) => [id, kind])), kept };
}

const inboxIds = async () =>
  (await harness.schema.query<{ id: string }>('SELECT message_id AS id FROM inbox_messages ORDER BY message_id')).map(({ id }) => id);

describe('batches of a queue that shares transactions', () => {
  it('commit together when they come while another commits', async () => {
    const { kinds, kept } = await processTogether([['a', 'b'], ['c', 'd'], ['e']]);
    expect(kinds).toEqual({ a: 'done', b: 'done', c: 'done', d: 'done', e: 'done' });
    expect(kept).toHaveLength(5);
    expect(new Set(kept).size).toBe(2);
    expect(await inboxIds()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('do not suffer from a message of another batch', async () => {
    const { kinds, kept } = await processTogether([['a', 'b'], ['c', 'poison'], ['d', 'e'], ['f']], 'poison');
    expect(kinds).toEqual({ a: 'done', b: 'done', c: 'done', poison: 'dead', d: 'done', e: 'done', f: 'done' });
    // By transaction: a and b, d and e, and those that were handled alone.
    expect(new Set(kept).size).toBe(4);
    expect(await inboxIds()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('take a message once that is in two of them', async () => {
    const { kinds, kept } = await processTogether([
      ['a', 'b'],
      ['c', 'd'],
      ['d', 'c'],
    ]);
    expect(kinds).toEqual({ a: 'done', b: 'done', c: 'done', d: 'done' });
    expect(kept).toHaveLength(4);
  });
});
