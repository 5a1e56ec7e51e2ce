import { MAX_QUEUE_BYTES } from './claim-check.ts';
import type { OutboxHead } from './outbox-rows.ts';

/** What a batch call of SQS, SNS or EventBridge takes. */
export const MAX_BATCH_ENTRIES = 10;

/** What waits to be published to one destination. */
export interface PublishQueue {
  /** Messages that wait. */
  readonly size: number;
  add(row: OutboxHead): void;
  /**
   * What one call may take now: messages of one aggregate in order, and none of an aggregate that is in another call. Until `release`, nothing
   * more of their aggregates is given out.
   */
  take(): readonly OutboxHead[];
  /** The call is over. */
  release(batch: readonly OutboxHead[]): void;
  /** Takes out what waits of these aggregates, or of all. @returns what was taken out */
  drop(aggregateIds?: ReadonlySet<string>): readonly OutboxHead[];
}

export function createPublishQueue(): PublishQueue {
  const waiting = new Map<string, OutboxHead[]>();
  /** Aggregates that may be taken from, first come first served. */
  const ready = new Set<string>();
  const busy = new Set<string>();
  let size = 0;

  const drop = (aggregateIds: Iterable<string>): readonly OutboxHead[] => {
    const dropped: OutboxHead[] = [];
    for (const aggregateId of aggregateIds) {
      dropped.push(...(waiting.get(aggregateId) ?? []));
      waiting.delete(aggregateId);
      ready.delete(aggregateId);
    }
    size -= dropped.length;
    return dropped;
  };
  return {
    get size() {
      return size;
    },
    add: (row) => {
      const rows = waiting.get(row.aggregateId);
      if (rows === undefined) waiting.set(row.aggregateId, [row]);
      else rows.push(row);
      if (!busy.has(row.aggregateId)) ready.add(row.aggregateId);
      size += 1;
    },
    take: () => {
      const batch = fillBatch(ready, waiting);
      for (const { aggregateId } of batch) {
        busy.add(aggregateId);
        ready.delete(aggregateId);
        if (waiting.get(aggregateId)?.length === 0) waiting.delete(aggregateId);
      }
      size -= batch.length;
      return batch;
    },
    release: (batch) => {
      for (const { aggregateId } of batch) {
        busy.delete(aggregateId);
        if (waiting.has(aggregateId)) ready.add(aggregateId);
      }
    },
    drop: (aggregateIds) => drop(aggregateIds ?? [...waiting.keys()]),
  };
}

/**
 * One message of each aggregate first, further ones only to fill the batch: a service that refuses one entry of a call takes the others, so two
 * messages of one aggregate are best not in one call.
 */
function fillBatch(ready: ReadonlySet<string>, waiting: ReadonlyMap<string, OutboxHead[]>): readonly OutboxHead[] {
  const batch: OutboxHead[] = [];
  let bytes = 0;
  const tryTake = (aggregateId: string): boolean => {
    const row = waiting.get(aggregateId)?.[0];
    if (row === undefined) return true;
    const size = Math.min(row.bytes, MAX_QUEUE_BYTES);
    if (batch.length === MAX_BATCH_ENTRIES || (batch.length > 0 && bytes + size > MAX_QUEUE_BYTES)) return false;
    bytes += size;
    batch.push(row);
    waiting.get(aggregateId)?.shift();
    return true;
  };
  for (const aggregateId of ready) if (!tryTake(aggregateId)) return batch;
  const taken = batch.map(({ aggregateId }) => aggregateId);
  for (const aggregateId of taken) while ((waiting.get(aggregateId)?.length ?? 0) > 0) if (!tryTake(aggregateId)) return batch;
  return batch;
}
