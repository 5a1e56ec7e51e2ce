import { type ExportFormat, type ExportInput, jobId, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { ownerDeleted } from '../domain/errors.ts';
import { exportKey, nightlyExportKey } from '../domain/export.ts';
import { type ExportJob, newExport } from '../domain/job.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import { insertJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { startExportAttempt } from './start-attempt.ts';

export interface ExportRequest {
  readonly ownerId: UserId;
  readonly input: ExportInput;
}

/**
 * Accepts an export, as `requestImport` an import.
 * @throws OWNER_DELETED
 */
export async function requestExport(context: JobsContext, tx: Transaction, { ownerId, input }: ExportRequest): Promise<ExportJob> {
  const job = newExport({ id: jobId.parse(context.createId()), ownerId, now: context.clock.now() }, input);
  await insertJob(context.database, tx, job);
  if (await isForgotten(context.database, tx, ownerId)) throw ownerDeleted(ownerId);
  await startExportAttempt(context, tx, job, exportKey(job.id, job.attempt, input.format));
  return job;
}

/**
 * Begins the platform's own export: all listed items, for nobody in particular. The inbox makes one job of one message; a
 * second message of the same day makes a second file.
 * @param requestedAt when the schedule asked for it; names the file
 */
export async function requestNightlyExport(
  context: JobsContext,
  tx: Transaction,
  { format, requestedAt }: { readonly format: ExportFormat; readonly requestedAt: string },
): Promise<void> {
  const job = newExport({ id: jobId.parse(context.createId()), ownerId: null, now: context.clock.now() }, { format });
  await insertJob(context.database, tx, job);
  await startExportAttempt(context, tx, job, nightlyExportKey(requestedAt, job.id, format));
}
