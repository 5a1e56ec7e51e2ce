import type { Publisher } from '@torii/contracts';
import type { Database } from '../database/connect-database.ts';
import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import type { Failpoints, RelayStep } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { backoffMs } from '../time/backoff.ts';
import { type Signal, createSignal } from '../time/signal.ts';
import type { ClaimCheck } from './claim-check.ts';
import { type DestinationOptions, createDestinations } from './destinations.ts';
import type { Outbox } from './outbox.ts';
import { createRelayHousekeeping } from './relay-housekeeping.ts';
import { RelayPipeline } from './relay-pipeline.ts';

// Why this shape, with figures: docs/adr/0007-lead-the-relay-by-a-lock.md. One leader per schema holds a named lock on the very connection it
// reads and deletes with, so losing the lock stops the deletes too. Two leaders for a moment mean duplicates, never a loss.

export interface RelayOptions<P extends Publisher> extends Omit<DestinationOptions, 'publisher'> {
  readonly outbox: Outbox<P>;
  readonly database: Database;
  readonly logger: Logger;
  /** Where data goes that is too large for a queue. */
  readonly claims: ClaimCheck;
  /** Rows read at once, and about as many wait in memory. @default 1000 */
  readonly batchRows?: number;
  /** How soon rows are found that another process committed, such as a Lambda worker. @default 1000 */
  readonly pollMs?: number;
  /** How often the leader logs the outbox's lag. @default 60000 */
  readonly lagEveryMs?: number;
  /** How long a leader that is not heard of keeps the lead: a frozen process, a host that is gone. @default 30 */
  readonly leaseSeconds?: number;
  readonly failpoints?: Failpoints<RelayStep> | undefined;
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
const DEFAULT_BATCH_ROWS = 1_000;
const DEFAULT_LEASE_SECONDS = 30;

/** Publishes what the outbox holds, at least once, in order within an aggregate, as long as it leads. */
export function createRelay<P extends Publisher>(options: RelayOptions<P>): Relay {
  const changed = createSignal();
  const destinations = createDestinations({ ...options, publisher: options.outbox.publisher });
  // Survives a change of connection: rows that were published but could not be deleted must not be published again.
  const published = new Set<number>();
  let pipeline: RelayPipeline | undefined;
  let stopping = false;
  let running: Promise<void> | undefined;
  let forgetListener = () => {};

  const look = (): void => {
    pipeline?.look();
    changed.notify();
  };
  const leaseSeconds = options.leaseSeconds ?? DEFAULT_LEASE_SECONDS;
  const lead = async (connection: DedicatedConnection): Promise<void> => {
    const { logger, claims, batchRows = DEFAULT_BATCH_ROWS, failpoints = {} } = options;
    const shared = { connection, logger };
    pipeline = new RelayPipeline({ ...shared, destinations, claims, batchRows, published, failpoints, onProgress: changed.notify });
    const { publisher } = options.outbox;
    const doHousekeeping = createRelayHousekeeping({ ...shared, publisher, leaseSeconds, lagEveryMs: options.lagEveryMs });
    try {
      await drive(pipeline, { connection, doHousekeeping, changed, pollMs: options.pollMs ?? DEFAULT_POLL_MS, isStopping: () => stopping });
    } finally {
      await pipeline.close();
      pipeline = undefined;
    }
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping;) {
      try {
        const led = await withLeadership(options.database, { leaseSeconds, isStopping: () => stopping, lead });
        failures = led ? 0 : failures;
      } catch (error) {
        failures += 1;
        options.logger.warn({ err: error, failures }, 'relay lost its connection');
        await changed.wait(backoffMs(failures, RETRY_BACKOFF) + 1);
      }
    }
  };
  return {
    start: () => {
      stopping = false;
      forgetListener = options.outbox.onCommitted(look);
      running ??= run();
    },
    stop: async () => {
      stopping = true;
      forgetListener();
      // What requests committed while they drained.
      look();
      await running;
      running = undefined;
    },
  };
}

interface Drive {
  readonly connection: DedicatedConnection;
  readonly doHousekeeping: () => Promise<void>;
  readonly changed: Signal;
  readonly pollMs: number;
  readonly isStopping: () => boolean;
}

/** Until the connection ends, or the relay is to stop and nothing is left. */
async function drive(pipeline: RelayPipeline, { connection, doHousekeeping, changed, pollMs, isStopping }: Drive): Promise<void> {
  let lookedAtMs = performance.now();
  while (connection.isOpen && (!isStopping() || pipeline.isBusy)) {
    const didSomething = await pipeline.step();
    await doHousekeeping();
    if (!didSomething) await changed.wait(pipeline.waitMs(pollMs));
    if (isStopping() || performance.now() - lookedAtMs < pollMs) continue;
    lookedAtMs = performance.now();
    pipeline.look();
  }
}

interface Leadership {
  readonly leaseSeconds: number;
  readonly isStopping: () => boolean;
  readonly lead: (connection: DedicatedConnection) => Promise<void>;
}

/**
 * Runs `lead` once this process holds the schema's lock. The lock is server-wide, so its name says whose it is. It ends with its connection, and the
 * server ends a connection that is silent for the length of the lease: nobody says goodbye for a frozen process or a lost host.
 */
async function withLeadership(database: Database, { leaseSeconds, isStopping, lead }: Leadership): Promise<boolean> {
  const connection = await database.connect();
  try {
    await connection.execute('SET SESSION wait_timeout = ?', [leaseSeconds]);
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
