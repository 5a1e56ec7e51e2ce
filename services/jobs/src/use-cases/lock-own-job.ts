import type { Database } from '@torii/chassis';
import type { JobId, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { jobNotFound } from '../domain/errors.ts';
import type { Import } from '../domain/import.ts';
import type { ImportJob, Job } from '../domain/job.ts';
import { findImport } from '../store/imports.ts';
import { lockJob } from '../store/jobs.ts';

/** @throws JOB_NOT_FOUND, also for somebody else's job */
export async function lockOwnJob(
  database: Database,
  tx: Transaction,
  { ownerId, id }: { readonly ownerId: UserId; readonly id: JobId },
): Promise<Job> {
  const job = await lockJob(database, tx, id);
  if (job === undefined || job.ownerId !== ownerId) throw jobNotFound(id);
  return job;
}

/** The import of the job's current attempt: they are written in one transaction, so one without the other is a bug. */
export async function getImport(database: Database, tx: Transaction, job: ImportJob): Promise<Import> {
  const state = await findImport(database, tx, { jobId: job.id, attempt: job.attempt });
  if (state === undefined) throw new Error(`Job ${job.id} cannot be read: attempt ${job.attempt} has no import.`);
  return state;
}
