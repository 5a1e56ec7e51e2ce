import type { JobId } from '@torii/contracts';
import { IMPORT_INTERRUPTED } from '../domain/errors.ts';
import { lockStalledJobs } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { failLockedJob } from './fail-import.ts';

/** Failed in one transaction; the rest waits for the next check. */
const BATCH_JOBS = 20;

/**
 * Fails jobs that nothing has happened to for so long that nobody works on them: their message became a dead letter, of the
 * worker's queue or of catalog's. The owner can retry, and batches that are applied after all are still counted.
 * @returns the jobs that were failed
 */
export async function failStalledJobs(context: Pick<JobsContext, 'database' | 'outbox' | 'clock'>): Promise<readonly JobId[]> {
  const { database } = context;
  return database.transaction(async (tx) => {
    const stalled = await lockStalledJobs(database, tx, BATCH_JOBS);
    for (const job of stalled) await failLockedJob(context, tx, job, IMPORT_INTERRUPTED);
    return stalled.map(({ id }) => id);
  });
}
