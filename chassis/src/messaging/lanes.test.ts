import { describe, expect, it } from '@jest/globals';
import { cutIntoBatches, groupIntoLanes } from './lanes.ts';
import type { StoredOutboxRow } from './outbox-rows.ts';

const row = (id: number, overrides: Partial<StoredOutboxRow> = {}): StoredOutboxRow => ({
  id,
  messageId: String(id),
  destination: 'topic',
  type: 'catalog.item.deleted.v1',
  aggregateId: `item-${id % 20}`,
  body: '{}',
  traceparent: null,
  createdAt: new Date(0),
  ...overrides,
});
const rows = (count: number, overrides: Partial<StoredOutboxRow> = {}) => Array.from({ length: count }, (_, id) => row(id, overrides));

describe('groupIntoLanes', () => {
  it('keeps the messages of an aggregate in one lane and in order', () => {
    const lanes = groupIntoLanes(rows(200), 8);
    expect(lanes.length).toBeGreaterThan(4);
    expect(lanes.length).toBeLessThanOrEqual(8);
    for (let aggregate = 0; aggregate < 20; aggregate += 1) {
      const holding = lanes.filter((lane) => lane.rows.some(({ aggregateId }) => aggregateId === `item-${aggregate}`));
      expect(holding).toHaveLength(1);
    }
    for (const lane of lanes) expect(lane.rows.map(({ id }) => id)).toEqual(lane.rows.map(({ id }) => id).toSorted((a, b) => a - b));
  });

  it('never mixes destinations', () => {
    const lanes = groupIntoLanes([row(1), row(1, { destination: 'bus' }), row(1, { destination: 'catalog-commands' })], 8);
    expect(lanes.map(({ destination }) => destination)).toEqual(['topic', 'bus', 'catalog-commands']);
  });
});

describe('cutIntoBatches', () => {
  it('cuts at ten messages', () => {
    expect(cutIntoBatches(rows(25)).map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('cuts before a call becomes too large, counted in bytes', () => {
    const batches = cutIntoBatches(rows(4, { body: '京'.repeat(40_000) }));
    expect(batches.map(({ length }) => length)).toEqual([2, 2]);
    expect(batches.flat().map(({ id }) => id)).toEqual([0, 1, 2, 3]);
  });

  it('gives a message of the largest size a call of its own', () => {
    expect(cutIntoBatches(rows(3, { body: 'x'.repeat(252 * 1024) })).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
