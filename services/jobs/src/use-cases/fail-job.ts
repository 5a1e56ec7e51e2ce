import type { Reason } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { describeFailure, describeJob, failExport, failImport, isActive, type Job } from '../domain/job.ts';
import type { Attempt } from '../store/imports.ts';
import { lockJob, saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { getImport } from './lock-own-job.ts';

type Context = Pick<JobsContext, 'database' | 'outbox' | 'clock' | 'logger'>;

/** Ends the attempt with the reason, unless it has ended meanwhile. */
export async function failJob(context: Context, attempt: Attempt, error: Reason): Promise<void> {
  await context.database.transaction(async (tx) => {
    const job = await lockJob(context.database, tx, attempt.jobId);
    if (job !== undefined && isActive(job) && job.attempt === attempt.attempt) await failLockedJob(context, tx, job, error);
  });
}

/** As `failJob`, for a job that this transaction has locked and found active. */
export async function failLockedJob(context: Context, tx: Transaction, active: Job, error: Reason): Promise<void> {
  const { database, outbox, logger } = context;
  const job = await toFailed(context, tx, active, error);
  await saveJob(database, tx, job);
  await outbox.publish(tx, {
    type: 'jobs.job.failed.v1',
    aggregateId: job.id,
    aggregateVersion: job.version,
    data: { ...describeJob(job), error },
  });
  tx.afterCommit(() => logger.info(describeFailure(job, error), 'job failed'));
}

async function toFailed({ database, clock }: Context, tx: Transaction, job: Job, error: Reason): Promise<Job> {
  if (job.type === 'catalog-export') return failExport(job, error, clock.now());
  const { totals } = await getImport(database, tx, job);
  return failImport(job, { error, totals }, clock.now());
}
