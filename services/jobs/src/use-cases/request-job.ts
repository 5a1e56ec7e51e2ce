import { jobId, type JobRequest, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { ownerDeleted } from '../domain/errors.ts';
import type { UploadedFile } from '../domain/import.ts';
import { type Job, newJob } from '../domain/job.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import { insertJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { startAttempt } from './start-attempt.ts';

/**
 * Accepts long work. Job, event and command commit with the caller's transaction, which also holds the idempotency key: a
 * job that was accepted will be worked on, and once.
 * @throws OWNER_DELETED
 */
export async function requestJob(
  context: JobsContext,
  tx: Transaction,
  { ownerId, request, upload }: { readonly ownerId: UserId; readonly request: JobRequest; readonly upload: UploadedFile },
): Promise<Job> {
  const { type, input } = request;
  const job = newJob({ id: jobId.parse(context.createId()), ownerId, type, input, now: context.clock.now() });
  await insertJob(context.database, tx, job);
  if (await isForgotten(context.database, tx, ownerId)) throw ownerDeleted(ownerId);
  await startAttempt(context, tx, job, upload);
  return job;
}
