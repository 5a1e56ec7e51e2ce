import type { Publisher } from '@torii/contracts';
import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import type { Logger } from '../logging/create-logger.ts';
import { toLagMetric } from './lag-metric.ts';
import { selectOutboxLag } from './outbox-rows.ts';
import { pruneMessagingTables } from './prune.ts';

export interface ChoreOptions {
  readonly connection: DedicatedConnection;
  readonly publisher: Publisher;
  readonly logger: Logger;
  readonly lagEveryMs: number;
}

const PRUNE_EVERY_MS = 60 * 60 * 1000;
/** Between two statements of a long pruning. */
const PRUNE_AGAIN_MS = 200;

/** What the leader of a schema does beside publishing. @returns a function that does what is due; a failure of these holds up no message */
export function createRelayChores({ connection, publisher, logger, lagEveryMs }: ChoreOptions): () => Promise<void> {
  // A deployment moves the lead from task to task, and each begins with a measurement.
  let lagDueMs = 0;
  let pruneDueMs = 0;
  const logLag = async (nowMs: number): Promise<void> => {
    lagDueMs = nowMs + lagEveryMs;
    logger.info(toLagMetric(publisher, await selectOutboxLag(connection), nowMs), 'outbox lag');
  };
  const prune = async (nowMs: number): Promise<void> => {
    pruneDueMs = nowMs + PRUNE_EVERY_MS;
    if (await pruneMessagingTables(connection)) pruneDueMs = Date.now() + PRUNE_AGAIN_MS;
  };
  return async () => {
    const nowMs = Date.now();
    try {
      if (nowMs >= lagDueMs) await logLag(nowMs);
      if (nowMs >= pruneDueMs) await prune(nowMs);
    } catch (error) {
      logger.warn({ err: error }, 'lag could not be measured, or old rows not be removed');
    }
  };
}
