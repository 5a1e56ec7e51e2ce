import type { Transaction } from 'sequelize';
import { fileHead } from '../domain/export-file.ts';
import type { UploadedFile } from '../domain/import.ts';
import { describeJob, type ExportJob, type ImportJob, type Job } from '../domain/job.ts';
import { insertExport } from '../store/exports.ts';
import { insertImport } from '../store/imports.ts';
import type { JobsContext } from './context.ts';

type Context = Pick<JobsContext, 'database' | 'outbox'>;

// The work of a new attempt, and in the same transaction the message that asks the worker to begin: neither is there without
// the other.

export async function startImportAttempt(context: Context, tx: Transaction, job: ImportJob, upload: UploadedFile): Promise<void> {
  await insertImport(context.database, tx, { jobId: job.id, attempt: job.attempt, ...upload, mapping: job.input.mapping });
  await announce(context, tx, job, 'jobs.run-import-slice.v1');
}

export async function startExportAttempt(context: Context, tx: Transaction, job: ExportJob, fileKey: string): Promise<void> {
  await insertExport(context.database, tx, { jobId: job.id, attempt: job.attempt, fileKey, head: fileHead(job.input.format) });
  await announce(context, tx, job, 'jobs.run-export-slice.v1');
}

async function announce(
  { outbox }: Context,
  tx: Transaction,
  job: Job,
  command: 'jobs.run-import-slice.v1' | 'jobs.run-export-slice.v1',
): Promise<void> {
  await outbox.publish(tx, {
    type: 'jobs.job.requested.v1',
    aggregateId: job.id,
    aggregateVersion: job.version,
    data: describeJob(job),
  });
  await outbox.send(tx, { type: command, aggregateId: job.id, data: { jobId: job.id, attempt: job.attempt } });
}
