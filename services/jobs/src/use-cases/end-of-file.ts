import { estimateTotalRows, type Import, isAllApplied } from '../domain/import.ts';
import { countRows, describeJob, progressJob } from '../domain/job.ts';
import { markSentAll } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { lockRunningImport } from './lock-running-import.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * Notes that every row has been read: from now on the total is exact. When catalog was faster, or had nothing to do, this
 * is where the import is seen to be over; else `recordAppliedBatch` sees it.
 */
export async function endOfFile({ database, outbox, clock }: WorkerContext, from: Import): Promise<void> {
  await database.transaction(async (tx) => {
    const locked = await lockRunningImport(database, tx, from);
    if (locked === undefined || locked.state.rowsRead !== from.rowsRead || locked.state.sentAll) return;
    await markSentAll(database, tx, from);
    const state: Import = { ...locked.state, sentAll: true };
    const job = progressJob(locked.job, { done: countRows(state.totals), total: estimateTotalRows(state) }, clock.now());
    await saveJob(database, tx, job);
    await outbox.publish(tx, {
      type: 'jobs.job.progressed.v1',
      aggregateId: job.id,
      aggregateVersion: job.version,
      data: { ...describeJob(job), progress: job.progress },
    });
    const data = { jobId: job.id, attempt: job.attempt };
    if (isAllApplied(state)) await outbox.send(tx, { type: 'jobs.finish-import.v1', aggregateId: job.id, data });
  });
}
