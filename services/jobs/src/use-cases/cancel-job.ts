import type { JobId, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { cancelImport, cancelJob as cancelled, describeJob, type Job } from '../domain/job.ts';
import { saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { dropUploads } from './drop-uploads.ts';
import { getImport, lockOwnJob } from './lock-own-job.ts';

/**
 * Stops the work at its next batch. Batches already handed to catalog are still applied, and counted in the result; of an
 * export nothing is left.
 * @throws JOB_NOT_FOUND, JOB_NOT_CANCELLABLE
 */
export async function cancelJob(context: JobsContext, ownerId: UserId, id: JobId): Promise<Job> {
  const { database, outbox } = context;
  const job = await database.transaction(async (tx) => {
    const changed = await cancelLockedJob(context, tx, await lockOwnJob(database, tx, { ownerId, id }));
    await saveJob(database, tx, changed);
    await outbox.publish(tx, {
      type: 'jobs.job.cancelled.v1',
      aggregateId: changed.id,
      aggregateVersion: changed.version,
      data: describeJob(changed),
    });
    return changed;
  });
  if (job.type === 'catalog-export') await dropUploads(context, job.id);
  return job;
}

async function cancelLockedJob({ database, clock }: JobsContext, tx: Transaction, job: Job): Promise<Job> {
  if (job.type === 'catalog-export') return cancelled(job, clock.now());
  const { totals } = await getImport(database, tx, job);
  return cancelImport(job, totals, clock.now());
}
