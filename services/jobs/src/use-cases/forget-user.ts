import type { Database } from '@torii/chassis';
import type { UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { rejectsPrefix } from '../domain/rejects-file.ts';
import { uploadsPrefix } from '../domain/upload-key.ts';
import type { FileStore } from '../store/files.ts';
import { deleteJobs, lockJobsOfOwner } from '../store/jobs.ts';

/** Leaves nothing of a person: their jobs and everything below them, the files they sent and the files made for them. */
export async function forgetUser(
  { database, files }: { readonly database: Database; readonly files: FileStore },
  tx: Transaction,
  ownerId: UserId,
): Promise<void> {
  const jobs = await lockJobsOfOwner(database, tx, ownerId);
  await deleteJobs(
    database,
    tx,
    jobs.map(({ id }) => id),
  );
  // Before the commit: should it fail, the message comes again and finds fewer files to delete.
  await files.deleteAll(uploadsPrefix(ownerId));
  for (const { id } of jobs) await files.deleteAll(rejectsPrefix(id));
}
