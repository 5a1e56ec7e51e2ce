import type { JobId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { isAllApplied } from '../domain/import.ts';
import { interruptedBy } from '../domain/errors.ts';
import { type Job, resumeJob } from '../domain/job.ts';
import { lockStalledJobs, saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { failLockedJob } from './fail-job.ts';
import { getImport } from './lock-own-job.ts';

type Context = Pick<JobsContext, 'database' | 'outbox' | 'clock' | 'logger'>;

/** Looked after in one transaction; the rest waits for the next check. */
const BATCH_JOBS = 20;
/** With a lease of five minutes that doubles each time, a job fails when nothing has come of it for an hour and a quarter. */
const MAX_RESUMES = 3;

export interface StalledJobs {
  readonly resumed: readonly JobId[];
  readonly failed: readonly JobId[];
}

/**
 * Finds jobs whose lease has run out: the message that would carry them on is lost, or its receiver keeps failing. Sends the
 * message again, under a new id; whoever still has the old one loses nothing by it. What was resumed too often fails, and its
 * owner can retry; batches that are applied after all are still counted.
 */
export async function resumeStalledJobs(context: Context): Promise<StalledJobs> {
  const { database } = context;
  return database.transaction(async (tx) => {
    const stalled = await lockStalledJobs(database, tx, BATCH_JOBS);
    const hopeless = stalled.filter(({ resumes }) => resumes >= MAX_RESUMES);
    const others = stalled.filter((job) => !hopeless.includes(job));
    for (const job of hopeless) await failLockedJob(context, tx, job, interruptedBy(job.type));
    for (const job of others) await resume(context, tx, resumeJob(job));
    return { resumed: others.map(({ id }) => id), failed: hopeless.map(({ id }) => id) };
  });
}

async function resume({ database, outbox }: Context, tx: Transaction, job: Job): Promise<void> {
  await saveJob(database, tx, job);
  const attempt = { jobId: job.id, attempt: job.attempt };
  const type = job.type === 'catalog-export' ? 'jobs.run-export-slice.v1' : await nextOfImport(database, tx, job);
  await outbox.send(tx, { type, aggregateId: job.id, data: attempt });
}

/** Every answer is there: only the end is missing. Else the slice reads on, or sends batches without an answer again. */
async function nextOfImport(
  database: Context['database'],
  tx: Transaction,
  job: Extract<Job, { type: 'catalog-import' }>,
): Promise<'jobs.finish-import.v1' | 'jobs.run-import-slice.v1'> {
  return isAllApplied(await getImport(database, tx, job)) ? 'jobs.finish-import.v1' : 'jobs.run-import-slice.v1';
}
