import type { Database } from '@torii/chassis';
import type { JobId, UserId } from '@torii/contracts';
import { jobNotFound } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import { findJob } from '../store/jobs.ts';

/** @throws JOB_NOT_FOUND, also for somebody else's job */
export async function getJob(database: Database, ownerId: UserId, id: JobId): Promise<Job> {
  const job = await findJob(database, id);
  if (job === undefined || job.ownerId !== ownerId) throw jobNotFound(id);
  return job;
}
