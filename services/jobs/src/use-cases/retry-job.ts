import type { JobId, UserId } from '@torii/contracts';
import { jobNotFound } from '../domain/errors.ts';
import { type Job, retryJob as retried } from '../domain/job.ts';
import { findJob, saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { getOwnUpload } from './inspect-upload.ts';
import { lockOwnJob } from './lock-own-job.ts';
import { startAttempt } from './start-attempt.ts';

/**
 * Begins again from the first row, as a new attempt: what the one before applied is found unchanged.
 * @throws JOB_NOT_FOUND, JOB_NOT_RETRYABLE, UPLOAD_NOT_FOUND
 */
export async function retryJob(context: JobsContext, ownerId: UserId, id: JobId): Promise<Job> {
  const { database, files, clock } = context;
  const known = await findJob(database, id);
  if (known === undefined || known.ownerId !== ownerId) throw jobNotFound(id);
  // Asked before S3 is, so that a job that cannot be retried says so; asked again below, under the lock.
  retried(known, clock.now());
  const upload = await getOwnUpload(files, ownerId, known.input.uploadKey);
  return database.transaction(async (tx) => {
    const job = retried(await lockOwnJob(database, tx, { ownerId, id }), clock.now());
    await saveJob(database, tx, job);
    await startAttempt(context, tx, job, upload);
    return job;
  });
}
