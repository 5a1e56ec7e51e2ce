import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import type { Failpoints } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { startSpan } from '../telemetry/spans.ts';
import { backoffMs } from '../time/backoff.ts';
import type { SendBatch } from './destinations.ts';
import { type Lane, cutIntoBatches, groupIntoLanes } from './lanes.ts';
import { type StoredOutboxRow, deleteOutboxRows, selectOutboxRows } from './outbox-rows.ts';

interface PassOptions {
  readonly connection: DedicatedConnection;
  readonly destinations: ReadonlyMap<string, SendBatch>;
  readonly logger: Logger;
  readonly batchRows: number;
  /** Database ids of rows that were published; an id lives here until its row is deleted. */
  readonly published: Set<number>;
  readonly failpoints: Failpoints<'beforePublish' | 'afterPublish' | 'beforeDelete'>;
}

/** Calls to one destination that run at once. */
const LANES_PER_DESTINATION = 8;
/** A destination that fails is left alone, so that its backlog does not fill every read and starve the others. */
const PAUSE_BACKOFF = { baseMs: 500, capMs: 10_000 };

/** Reads once from the start, publishes in lanes, deletes what was published. */
export function createRelayPass(options: PassOptions): () => Promise<{ readonly read: number; readonly deleted: number }> {
  const { connection, published, failpoints } = options;
  const pauses = createPauses();
  return async () => {
    const rows = await selectOutboxRows(connection, options.batchRows, pauses.current());
    if (rows.length === 0) return { read: 0, deleted: 0 };
    await failpoints.beforePublish?.();
    const due = rows.filter(({ id }) => !published.has(id));
    await Promise.all(groupIntoLanes(due, LANES_PER_DESTINATION).map((lane) => publishLane(lane, options, pauses)));
    await failpoints.afterPublish?.();
    const done = rows.map(({ id }) => id).filter((id) => published.has(id));
    await failpoints.beforeDelete?.();
    await deleteOutboxRows(connection, done);
    for (const id of done) published.delete(id);
    return { read: rows.length, deleted: done.length };
  };
}

/** One batch after another; what comes after a refused message of the same aggregate waits with it. */
async function publishLane(lane: Lane, options: PassOptions, pauses: Pauses): Promise<void> {
  const blocked = new Set<string>();
  try {
    const send = options.destinations.get(lane.destination);
    if (send === undefined)
      throw new Error(`Destination ${lane.destination} cannot be reached: the relay was created without its address.`);
    for (const batch of cutIntoBatches(lane.rows)) {
      const rows = batch.filter((row) => !blocked.has(row.aggregateId));
      const refused = rows.length === 0 ? new Set<number>() : await send(rows);
      for (const row of rows.filter(({ id }) => refused.has(id))) blocked.add(row.aggregateId);
      for (const row of rows.filter(({ id }) => !refused.has(id))) markPublished(row, options.published);
    }
    pauses.clear(lane.destination);
    if (blocked.size > 0) options.logger.warn({ destination: lane.destination, aggregates: blocked.size }, 'messages were refused');
  } catch (error) {
    pauses.pause(lane.destination, options.logger, error);
  }
}

function markPublished(row: StoredOutboxRow, published: Set<number>): void {
  published.add(row.id);
  if (row.traceparent === null) return;
  const attributes = {
    'messaging.operation.type': 'send',
    'messaging.destination.name': row.destination,
    'messaging.message.type': row.type,
  };
  // From the commit to the publication: the span's length is the outbox's lag.
  startSpan(`publish ${row.type}`, { kind: 'producer', attributes, parent: row.traceparent, startTime: row.createdAt }).end();
}

interface Pauses {
  current(): readonly string[];
  pause(destination: string, logger: Logger, error: unknown): void;
  clear(destination: string): void;
}

function createPauses(): Pauses {
  const pauses = new Map<string, { readonly failures: number; readonly untilMs: number }>();
  return {
    current: () => [...pauses].filter(([, { untilMs }]) => untilMs > Date.now()).map(([destination]) => destination),
    pause: (destination, logger, error) => {
      const failures = (pauses.get(destination)?.failures ?? 0) + 1;
      pauses.set(destination, { failures, untilMs: Date.now() + backoffMs(failures, PAUSE_BACKOFF) });
      logger.warn({ err: error, destination, failures }, 'destination cannot be reached');
    },
    clear: (destination) => pauses.delete(destination),
  };
}
