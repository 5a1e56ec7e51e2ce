import type { StoredOutboxRow } from './outbox-rows.ts';

/** What a batch call of SQS, SNS or EventBridge takes. */
export const MAX_BATCH_ENTRIES = 10;
/** 256 KiB a call, less what attributes and ids take: about 300 bytes an entry. */
export const MAX_BATCH_BYTES = 252 * 1024;

/** Messages to one destination that are published one batch after another. */
export interface Lane {
  readonly destination: string;
  readonly rows: readonly StoredOutboxRow[];
}

/**
 * Messages of one aggregate to one destination share a lane, so that they keep their order; lanes run side by side.
 * @param lanesPerDestination how many calls to one destination run at once
 */
export function groupIntoLanes(rows: readonly StoredOutboxRow[], lanesPerDestination: number): readonly Lane[] {
  const lanes = new Map<string, { destination: string; rows: StoredOutboxRow[] }>();
  for (const row of rows) {
    const key = `${row.destination} ${hash(row.aggregateId) % lanesPerDestination}`;
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, { destination: row.destination, rows: [row] });
    else lane.rows.push(row);
  }
  return [...lanes.values()];
}

/** Cuts rows into batches of at most ten entries and 252 KiB, in order. */
export function cutIntoBatches(rows: readonly StoredOutboxRow[]): readonly (readonly StoredOutboxRow[])[] {
  const batches: StoredOutboxRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(row.body);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === MAX_BATCH_ENTRIES || bytes + size > MAX_BATCH_BYTES) {
      batches.push([row]);
      bytes = size;
    } else {
      batch.push(row);
      bytes += size;
    }
  }
  return batches;
}

/** FNV-1a: spreads ids evenly and costs nothing (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
