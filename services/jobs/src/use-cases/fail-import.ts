import type { Reason } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { describeJob, failJob, type Job } from '../domain/job.ts';
import type { Attempt } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { getImport } from './lock-own-job.ts';
import { lockRunningImport } from './lock-running-import.ts';

type Context = Pick<JobsContext, 'database' | 'outbox' | 'clock'>;

/** Ends the attempt with the reason, unless it has ended meanwhile. */
export async function failImport(context: Context, attempt: Attempt, error: Reason): Promise<void> {
  await context.database.transaction(async (tx) => {
    const locked = await lockRunningImport(context.database, tx, attempt);
    if (locked !== undefined) await failLockedJob(context, tx, locked.job, error);
  });
}

/** As `failImport`, for a job that this transaction has locked and found active. */
export async function failLockedJob({ database, outbox, clock }: Context, tx: Transaction, active: Job, error: Reason): Promise<void> {
  const { totals } = await getImport(database, tx, active);
  const job = failJob(active, { error, totals }, clock.now());
  await saveJob(database, tx, job);
  await outbox.publish(tx, {
    type: 'jobs.job.failed.v1',
    aggregateId: job.id,
    aggregateVersion: job.version,
    data: { ...describeJob(job), error },
  });
}
