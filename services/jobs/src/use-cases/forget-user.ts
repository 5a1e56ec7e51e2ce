import type { JobId, UserId } from '@torii/contracts';
import { exportPrefix } from '../domain/export.ts';
import { rejectsPrefix } from '../domain/rejects-file.ts';
import { uploadsPrefix } from '../domain/upload-key.ts';
import { rememberForgotten } from '../store/forgotten-owners.ts';
import { clearJob } from '../store/import-rows.ts';
import { deleteJob, lockJobsOfOwner } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';
import { dropUploads } from './drop-uploads.ts';

type Context = Pick<JobsContext, 'database' | 'files' | 'logger'>;

/** Jobs listed at a time. */
const PAGE_JOBS = 100;

/**
 * Leaves nothing of a person: their jobs and everything below them, the files they sent and the files made for them. First
 * nothing is accepted from them any more, then the jobs go one by one, in transactions of their own: an import may have a
 * million rejected rows. Killed halfway it begins again and finds less to do.
 */
export async function forgetUser(context: Context, ownerId: UserId): Promise<void> {
  const { database, files } = context;
  await rememberForgotten(database, ownerId);
  const listJobs = () => database.transaction((tx) => lockJobsOfOwner(database, tx, { ownerId, limit: PAGE_JOBS }));
  for (let ids = await listJobs(); ids.length > 0; ids = await listJobs()) for (const id of ids) await forgetJob(context, id);
  await files.deleteAll(uploadsPrefix(ownerId));
}

/** The row of the job goes last: as long as it is there, what is below it is found again. */
async function forgetJob(context: Context, id: JobId): Promise<void> {
  const { database, files } = context;
  await dropUploads(context, id);
  for (const prefix of [rejectsPrefix(id), exportPrefix(id)]) await files.deleteAll(prefix);
  await clearJob(database, id);
  await database.transaction((tx) => deleteJob(database, tx, id));
}
