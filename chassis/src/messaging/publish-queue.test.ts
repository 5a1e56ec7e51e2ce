import { describe, expect, it } from '@jest/globals';
import type { OutboxHead } from './outbox-rows.ts';
import { type PublishQueue, createPublishQueue } from './publish-queue.ts';

const row = (id: number, overrides: Partial<OutboxHead> = {}): OutboxHead => ({
  id,
  destination: 'topic',
  type: 'catalog.item.deleted.v1',
  aggregateId: `item-${id}`,
  bytes: 2,
  body: '{}',
  traceparent: null,
  createdAt: new Date(0),
  ...overrides,
});
const fill = (rows: readonly OutboxHead[]): PublishQueue => {
  const queue = createPublishQueue();
  for (const each of rows) queue.add(each);
  return queue;
};
const idsOf = (rows: readonly OutboxHead[]) => rows.map(({ id }) => id);
const rows = (count: number, overrides: Partial<OutboxHead> = {}) => Array.from({ length: count }, (_, id) => row(id, overrides));

describe('a publish queue', () => {
  it('gives ten messages at a time, oldest first', () => {
    const queue = fill(rows(25));
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(({ length }) => length)).toEqual([10, 10, 5, 0]);
    expect(queue.size).toBe(0);
  });

  it('gives nothing of an aggregate that is in a call', () => {
    const queue = fill([row(1, { aggregateId: 'a' }), row(2, { aggregateId: 'b' })]);
    const first = queue.take();
    queue.add(row(3, { aggregateId: 'a' }));
    queue.add(row(4, { aggregateId: 'c' }));
    expect(idsOf(queue.take())).toEqual([4]);
    queue.release(first);
    expect(idsOf(queue.take())).toEqual([3]);
  });

  it('takes one message of each aggregate before a second one of any, and keeps their order', () => {
    const queue = fill([1, 2, 3, 4].map((id) => row(id, { aggregateId: 'a' })).concat(row(5, { aggregateId: 'b' })));
    expect(idsOf(queue.take())).toEqual([1, 5, 2, 3, 4]);
  });

  it('ends a batch before a call becomes too large', () => {
    const queue = fill(rows(4, { bytes: 120_000 }));
    expect([idsOf(queue.take()), idsOf(queue.take())]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('gives a message that is too large for any call a batch of its own', () => {
    const queue = fill(rows(3, { bytes: 8_000_000 }));
    expect([queue.take(), queue.take(), queue.take()].map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it('drops what waits, of some aggregates or of all, and goes on afterwards', () => {
    const queue = fill([row(1, { aggregateId: 'a' }), row(2, { aggregateId: 'b' }), row(3, { aggregateId: 'c' })]);
    expect(idsOf(queue.drop(new Set(['a', 'unknown'])))).toEqual([1]);
    expect(idsOf(queue.drop())).toEqual([2, 3]);
    expect([queue.size, queue.take().length]).toEqual([0, 0]);
    queue.add(row(4, { aggregateId: 'a' }));
    expect(idsOf(queue.take())).toEqual([4]);
  });
});
