import type { JobId, UserId } from '@torii/contracts';
import { jobNotFound } from '../domain/errors.ts';
import { exportKey } from '../domain/export.ts';
import { type Job, retryJob as retried } from '../domain/job.ts';
import { findJob, saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { getOwnUpload } from './inspect-upload.ts';
import { lockOwnJob } from './lock-own-job.ts';
import { startExportAttempt, startImportAttempt } from './start-attempt.ts';

/**
 * Begins again from the first row, as a new attempt: what an import applied before is found unchanged, and an export makes
 * another file.
 * @throws JOB_NOT_FOUND, JOB_NOT_RETRYABLE, UPLOAD_NOT_FOUND
 */
export async function retryJob(context: JobsContext, ownerId: UserId, id: JobId): Promise<Job> {
  const { database, files, clock } = context;
  const known = await findJob(database, id);
  if (known === undefined || known.ownerId !== ownerId) throw jobNotFound(id);
  // Asked before S3 is, so that a job that cannot be retried says so; asked again below, under the lock.
  retried(known, clock.now());
  const upload = known.type === 'catalog-import' ? await getOwnUpload(files, ownerId, known.input.uploadKey) : undefined;
  return database.transaction(async (tx) => {
    const job = retried(await lockOwnJob(database, tx, { ownerId, id }), clock.now());
    await saveJob(database, tx, job);
    if (job.type === 'catalog-export') await startExportAttempt(context, tx, job, exportKey(job.id, job.attempt, job.input.format));
    else if (upload !== undefined) await startImportAttempt(context, tx, job, upload);
    return job;
  });
}
