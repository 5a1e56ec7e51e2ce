import type { Database } from '@torii/chassis';
import type { Transaction } from 'sequelize';
import type { Export } from '../domain/export.ts';
import { type ExportJob, isActive } from '../domain/job.ts';
import { findExport } from '../store/exports.ts';
import type { Attempt } from '../store/imports.ts';
import { lockJob } from '../store/jobs.ts';

/** The attempt while its job waits or runs; undefined once it was cancelled, failed, completed, retried or forgotten. */
export async function lockRunningExport(
  database: Database,
  tx: Transaction,
  attempt: Attempt,
): Promise<{ readonly job: ExportJob; readonly state: Export } | undefined> {
  const job = await lockJob(database, tx, attempt.jobId);
  if (job?.type !== 'catalog-export' || !isActive(job) || job.attempt !== attempt.attempt) return undefined;
  return { job, state: await getExport(database, tx, job) };
}

/** The export of the job's current attempt: they are written in one transaction, so one without the other is a bug. */
export async function getExport(database: Database, tx: Transaction | null, job: ExportJob): Promise<Export> {
  const state = await findExport(database, tx, { jobId: job.id, attempt: job.attempt });
  if (state === undefined) throw new Error(`Job ${job.id} cannot be read: attempt ${job.attempt} has no export.`);
  return state;
}
