import type { Transaction } from 'sequelize';
import type { UploadedFile } from '../domain/import.ts';
import { describeJob, type Job } from '../domain/job.ts';
import { insertImport } from '../store/imports.ts';
import type { JobsContext } from './context.ts';

/** Writes the import of a new attempt, and in the same transaction asks the worker to begin: neither is there without the other. */
export async function startAttempt(
  { database, outbox }: Pick<JobsContext, 'database' | 'outbox'>,
  tx: Transaction,
  job: Job,
  upload: UploadedFile,
): Promise<void> {
  const attempt = { jobId: job.id, attempt: job.attempt };
  await insertImport(database, tx, { ...attempt, ...upload, mapping: job.input.mapping });
  await outbox.publish(tx, {
    type: 'jobs.job.requested.v1',
    aggregateId: job.id,
    aggregateVersion: job.version,
    data: describeJob(job),
  });
  await outbox.send(tx, { type: 'jobs.run-import-slice.v1', aggregateId: job.id, data: attempt });
}
