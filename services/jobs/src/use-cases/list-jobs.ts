import { encodeCursor, parseCursor } from '@torii/chassis';
import type { JobQuery, UserId } from '@torii/contracts';
import { z } from 'zod';
import type { Job } from '../domain/job.ts';
import { searchJobs } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';

const position = z.tuple([z.iso.datetime().transform((text) => new Date(text)), z.uuid()]);

export interface JobList {
  readonly jobs: readonly Job[];
  readonly nextCursor: string | null;
}

/**
 * A page of the caller's jobs, newest first.
 * @throws CURSOR_INVALID
 */
export async function listJobs({ database }: Pick<JobsContext, 'database'>, ownerId: UserId, query: JobQuery): Promise<JobList> {
  const { status, cursor, limit } = query;
  const [createdAt, id] = cursor === undefined ? [] : parseCursor(position, cursor);
  const after = createdAt === undefined || id === undefined ? undefined : { createdAt, id };
  // One more than asked for tells whether there is a next page.
  const found = await searchJobs(database, { ownerId, status, after, limit: limit + 1 });
  const jobs = found.slice(0, limit);
  const last = jobs.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? encodeCursor([last.createdAt.toISOString(), last.id]) : null;
  return { jobs, nextCursor };
}
