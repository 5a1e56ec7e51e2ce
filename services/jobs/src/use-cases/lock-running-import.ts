import type { Database } from '@torii/chassis';
import type { Transaction } from 'sequelize';
import type { Import } from '../domain/import.ts';
import { type ImportJob, isActive } from '../domain/job.ts';
import type { Attempt } from '../store/imports.ts';
import { lockJob } from '../store/jobs.ts';
import { getImport } from './lock-own-job.ts';

/** The attempt while its job waits or runs; undefined once it was cancelled, failed, completed, retried or forgotten. */
export async function lockRunningImport(
  database: Database,
  tx: Transaction,
  attempt: Attempt,
): Promise<{ readonly job: ImportJob; readonly state: Import } | undefined> {
  const job = await lockJob(database, tx, attempt.jobId);
  if (job?.type !== 'catalog-import' || !isActive(job) || job.attempt !== attempt.attempt) return undefined;
  return { job, state: await getImport(database, tx, job) };
}
