import { waitJob } from '../domain/job.ts';
import type { Attempt } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { lockRunningExport } from './lock-running-export.ts';
import type { WorkerContext } from './worker-context.ts';

/** Leaves the export at its checkpoint. Its message ends here; when its lease runs out the service sends another, and it looks again. */
export async function awaitRebuild({ database, logger }: WorkerContext, attempt: Attempt): Promise<undefined> {
  const isWaiting = await database.transaction(async (tx) => {
    const locked = await lockRunningExport(database, tx, attempt);
    if (locked !== undefined) await saveJob(database, tx, waitJob(locked.job));
    return locked !== undefined;
  });
  if (isWaiting) logger.warn({ jobId: attempt.jobId }, 'the export waits: the copy of the catalog is being rebuilt');
}
