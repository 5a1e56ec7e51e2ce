import type { Publisher } from '@torii/contracts';
import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import type { Logger } from '../logging/create-logger.ts';
import { toLagMetric } from './lag-metric.ts';
import { selectOutboxLag } from './outbox-rows.ts';
import { pruneMessagingTables } from './prune.ts';

export interface HousekeepingOptions {
  readonly connection: DedicatedConnection;
  readonly publisher: Publisher;
  readonly logger: Logger;
  readonly lagEveryMs: number | undefined;
  /** After this silence the server ends the connection, and the lead with it. */
  readonly leaseSeconds: number;
}

const LAG_EVERY_MS = 60_000;
/** Two of them may be late. */
const RENEWALS_PER_LEASE = 3;
const PRUNE_EVERY_MS = 60 * 60 * 1000;
/** Between two statements of a long pruning. */
const PRUNE_AGAIN_MS = 200;

/** What the leader of a schema does beside publishing. @returns a function that does what is due; a failure of these holds up no message */
export function createRelayHousekeeping({
  connection,
  publisher,
  logger,
  lagEveryMs = LAG_EVERY_MS,
  leaseSeconds,
}: HousekeepingOptions): () => Promise<void> {
  // A deployment moves the lead from task to task, and each begins with a measurement.
  let lagDueMs = 0;
  let pruneDueMs = 0;
  const logLag = async (nowMs: number): Promise<void> => {
    lagDueMs = nowMs + lagEveryMs;
    logger.info(toLagMetric(publisher, await selectOutboxLag(connection), Date.now()), 'outbox lag');
  };
  const prune = async (nowMs: number): Promise<void> => {
    pruneDueMs = nowMs + PRUNE_EVERY_MS;
    if (await pruneMessagingTables(connection)) pruneDueMs = performance.now() + PRUNE_AGAIN_MS;
  };
  let renewDueMs = 0;
  const renew = async (nowMs: number): Promise<void> => {
    renewDueMs = nowMs + (leaseSeconds * 1000) / RENEWALS_PER_LEASE;
    await connection.execute('DO 0');
  };
  return async () => {
    const nowMs = performance.now();
    try {
      if (nowMs >= renewDueMs) await renew(nowMs);
      if (nowMs >= lagDueMs) await logLag(nowMs);
      if (nowMs >= pruneDueMs) await prune(nowMs);
    } catch (error) {
      logger.warn({ err: error }, 'lag could not be measured, or old rows not be removed');
    }
  };
}
