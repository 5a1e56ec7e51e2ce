import { isAllApplied } from '../domain/import.ts';
import { completeImport, describeCompletion, describeJob } from '../domain/job.ts';
import type { Attempt } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { lockRunningImport } from './lock-running-import.ts';
import type { WorkerContext } from './worker-context.ts';
import { writeRejects } from './write-rejects.ts';

/**
 * Writes the rejected rows to a file and completes the job. Done twice, it writes the same file and completes once: what
 * it writes from is kept.
 */
export async function finishImport(context: WorkerContext, attempt: Attempt): Promise<void> {
  const { database, outbox, clock, logger, failpoints } = context;
  const state = await database.transaction(async (tx) => (await lockRunningImport(database, tx, attempt))?.state);
  if (state === undefined || !isAllApplied(state)) return;
  const rejectsKey = await writeRejects(context, state);
  await failpoints.beforeComplete?.();
  const completed = await database.transaction(async (tx) => {
    const locked = await lockRunningImport(database, tx, attempt);
    if (locked === undefined) return undefined;
    const job = completeImport(locked.job, { totals: locked.state.totals, rejectsKey }, clock.now());
    await saveJob(database, tx, job);
    await outbox.publish(tx, {
      type: 'jobs.job.completed.v1',
      aggregateId: job.id,
      aggregateVersion: job.version,
      data: { ...describeJob(job), result: locked.state.totals },
    });
    return job;
  });
  if (completed !== undefined) logger.info(describeCompletion(completed), 'job completed');
}
