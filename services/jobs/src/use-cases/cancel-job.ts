import type { JobId, UserId } from '@torii/contracts';
import { cancelJob as cancelled, describeJob, type Job } from '../domain/job.ts';
import { saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { getImport, lockOwnJob } from './lock-own-job.ts';

/**
 * Stops the work at its next batch. Batches already handed to catalog are still applied, and counted in the result.
 * @throws JOB_NOT_FOUND, JOB_NOT_CANCELLABLE
 */
export async function cancelJob({ database, outbox, clock }: JobsContext, ownerId: UserId, id: JobId): Promise<Job> {
  return database.transaction(async (tx) => {
    const job = await lockOwnJob(database, tx, { ownerId, id });
    const { totals } = await getImport(database, tx, job);
    const changed = cancelled(job, totals, clock.now());
    await saveJob(database, tx, changed);
    await outbox.publish(tx, {
      type: 'jobs.job.cancelled.v1',
      aggregateId: changed.id,
      aggregateVersion: changed.version,
      data: describeJob(changed),
    });
    return changed;
  });
}
