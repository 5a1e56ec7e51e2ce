import { jobId, type JobRequest, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { type Job, newJob } from '../domain/job.ts';
import { insertJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { getOwnUpload } from './inspect-upload.ts';
import { startAttempt } from './start-attempt.ts';

/**
 * Accepts long work. Job, event and command commit with the caller's transaction, which also holds the idempotency key: a
 * job that was accepted will be worked on, and once.
 * @throws UPLOAD_NOT_FOUND, UPLOAD_TOO_LARGE
 */
export async function requestJob(context: JobsContext, tx: Transaction, ownerId: UserId, { type, input }: JobRequest): Promise<Job> {
  const upload = await getOwnUpload(context.files, ownerId, input.uploadKey);
  const job = newJob({ id: jobId.parse(context.createId()), ownerId, type, input, now: context.clock.now() });
  await insertJob(context.database, tx, job);
  await startAttempt(context, tx, job, upload);
  return job;
}
