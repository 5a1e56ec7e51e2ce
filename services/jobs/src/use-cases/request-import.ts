import { jobId, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { ownerDeleted } from '../domain/errors.ts';
import type { UploadedFile } from '../domain/import.ts';
import { type ImportJob, newImport } from '../domain/job.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import { insertJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { startImportAttempt } from './start-attempt.ts';

export interface ImportRequest {
  readonly ownerId: UserId;
  readonly input: ImportJob['input'];
  readonly upload: UploadedFile;
}

/**
 * Accepts an import. Job, event and command commit with the caller's transaction, which also holds the idempotency key: a
 * job that was accepted will be worked on, and once.
 * @throws OWNER_DELETED
 */
export async function requestImport(context: JobsContext, tx: Transaction, { ownerId, input, upload }: ImportRequest): Promise<ImportJob> {
  const job = newImport({ id: jobId.parse(context.createId()), ownerId, now: context.clock.now() }, input);
  await insertJob(context.database, tx, job);
  if (await isForgotten(context.database, tx, ownerId)) throw ownerDeleted(ownerId);
  await startImportAttempt(context, tx, job, upload);
  return job;
}
