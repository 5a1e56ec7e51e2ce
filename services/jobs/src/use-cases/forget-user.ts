import type { Database } from '@torii/chassis';
import type { JobId, UserId } from '@torii/contracts';
import { rejectsPrefix } from '../domain/rejects-file.ts';
import { uploadsPrefix } from '../domain/upload-key.ts';
import type { FileStore } from '../store/files.ts';
import { rememberForgotten } from '../store/forgotten-owners.ts';
import { clearJob } from '../store/import-rows.ts';
import { deleteJob, lockJobsOfOwner } from '../store/jobs.ts';

interface Context {
  readonly database: Database;
  readonly files: FileStore;
}

/** Jobs listed at a time. */
const PAGE_JOBS = 100;

/**
 * Leaves nothing of a person: their jobs and everything below them, the files they sent and the files made for them. First
 * nothing is accepted from them any more, then the jobs go one by one, in transactions of their own: an import may have a
 * million rejected rows. Killed halfway it begins again and finds less to do.
 */
export async function forgetUser({ database, files }: Context, ownerId: UserId): Promise<void> {
  await rememberForgotten(database, ownerId);
  const listJobs = () => database.transaction((tx) => lockJobsOfOwner(database, tx, { ownerId, limit: PAGE_JOBS }));
  for (let ids = await listJobs(); ids.length > 0; ids = await listJobs()) for (const id of ids) await forgetJob({ database, files }, id);
  await files.deleteAll(uploadsPrefix(ownerId));
}

/** The row of the job goes last: as long as it is there, what is below it is found again. */
async function forgetJob({ database, files }: Context, id: JobId): Promise<void> {
  await files.deleteAll(rejectsPrefix(id));
  await clearJob(database, id);
  await database.transaction((tx) => deleteJob(database, tx, id));
}
