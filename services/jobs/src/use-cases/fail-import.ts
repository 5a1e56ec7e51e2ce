import type { Reason } from '@torii/contracts';
import { describeJob, failJob } from '../domain/job.ts';
import type { Attempt } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { lockRunningImport } from './lock-running-import.ts';
import type { WorkerContext } from './worker-context.ts';

/** Ends the attempt with the reason, unless it has ended meanwhile. */
export async function failImport({ database, outbox, clock }: WorkerContext, attempt: Attempt, error: Reason): Promise<void> {
  await database.transaction(async (tx) => {
    const locked = await lockRunningImport(database, tx, attempt);
    if (locked === undefined) return;
    const job = failJob(locked.job, { error, totals: locked.state.totals }, clock.now());
    await saveJob(database, tx, job);
    await outbox.publish(tx, {
      type: 'jobs.job.failed.v1',
      aggregateId: job.id,
      aggregateVersion: job.version,
      data: { ...describeJob(job), error },
    });
  });
}
