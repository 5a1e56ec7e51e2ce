import type { Logger } from '../logging/create-logger.ts';
import type { Database } from '../database/connect-database.ts';
import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import type { Failpoints } from '../lifecycle/failpoints.ts';
import { backoffMs } from '../time/backoff.ts';
import { createSignal } from '../time/signal.ts';
import { type DestinationOptions, createDestinations } from './destinations.ts';
import type { Outbox } from './outbox.ts';
import type { Publisher } from '@torii/contracts';
import { createRelayPass } from './relay-pass.ts';
import { pruneMessagingTables } from './prune.ts';

// Why this shape, with figures: docs/adr/0007-lead-the-relay-by-a-lock.md. One leader per schema holds a named lock on the very connection it
// reads and deletes with, so losing the lock stops the deletes too. Two leaders for a moment mean duplicates, never a loss.

export interface RelayOptions<P extends Publisher> extends Omit<DestinationOptions, 'publisher'> {
  readonly outbox: Outbox<P>;
  readonly database: Database;
  readonly logger: Logger;
  /** Rows read at once. @default 500 */
  readonly batchRows?: number;
  /** How soon rows are found that another process committed, such as a Lambda worker. @default 1000 */
  readonly pollMs?: number;
  readonly failpoints?: Failpoints<'beforePublish' | 'afterPublish' | 'beforeDelete'>;
}

export interface Relay {
  start(): void;
  /** Finishes the batch under way and lets another process lead. */
  stop(): Promise<void>;
}

/** The net below waking by commit: rows of a process that died between its commit and its wake. */
const DEFAULT_POLL_MS = 1_000;
/** How long a follower waits for the lock at a time; it must notice `stop`. */
const LOCK_WAIT_SECONDS = 1;
const RETRY_BACKOFF = { baseMs: 100, capMs: 5_000 };
const DEFAULT_BATCH_ROWS = 500;
const PRUNE_EVERY_MS = 60 * 60 * 1000;

/** Publishes what the outbox holds, at least once, in order within an aggregate, as long as it leads. */
export function createRelay<P extends Publisher>(options: RelayOptions<P>): Relay {
  const wake = createSignal();
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  let stopping = false;
  let running: Promise<void> | undefined;
  let forgetListener = () => {};

  const lead = async (connection: DedicatedConnection): Promise<void> => {
    const pass = createRelayPass({
      connection,
      destinations: createDestinations({ ...options, publisher: options.outbox.publisher }),
      logger: options.logger,
      batchRows: options.batchRows ?? DEFAULT_BATCH_ROWS,
      published,
      failpoints: options.failpoints ?? {},
    });
    let prunedAtMs = 0;
    while (!stopping && connection.isOpen) {
      const outcome = await pass();
      if (Date.now() - prunedAtMs > PRUNE_EVERY_MS) {
        await pruneMessagingTables(connection);
        prunedAtMs = Date.now();
      }
      // A full read means there may be more; a failed destination is left alone for a while by the pass itself.
      if (outcome.read === 0 || outcome.deleted === 0) await wake.wait(pollMs);
    }
    // What requests committed while they drained.
    while (connection.isOpen && (await pass()).deleted > 0);
  };

  // Survives a change of connection: rows that were published but could not be deleted must not be published again.
  const published = new Set<number>();
  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping;) {
      try {
        const led = await withLeadership(options.database, () => stopping, lead);
        failures = led ? 0 : failures;
      } catch (error) {
        failures += 1;
        options.logger.warn({ err: error, failures }, 'relay lost its connection');
        await wake.wait(backoffMs(failures, RETRY_BACKOFF) + 1);
      }
    }
  };
  return {
    start: () => {
      stopping = false;
      forgetListener = options.outbox.onCommitted(wake.notify);
      running ??= run();
    },
    stop: async () => {
      stopping = true;
      forgetListener();
      wake.notify();
      await running;
      running = undefined;
    },
  };
}

/** Runs `lead` once this process holds the schema's lock. The lock is server-wide, so its name says whose it is. */
async function withLeadership(
  database: Database,
  isStopping: () => boolean,
  lead: (connection: DedicatedConnection) => Promise<void>,
): Promise<boolean> {
  const connection = await database.connect();
  try {
    while (!isStopping() && connection.isOpen) {
      const [row] = await connection.query<{ locked: number | null }>('SELECT GET_LOCK(?, ?) AS locked', [
        `torii:${database.name}:relay:0`,
        LOCK_WAIT_SECONDS,
      ]);
      if (row?.locked !== 1) continue;
      await lead(connection);
      return true;
    }
    return false;
  } finally {
    await connection.close();
  }
}
