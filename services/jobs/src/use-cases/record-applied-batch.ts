import type { DataOf } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { estimateTotalRows, type Import, isAllApplied } from '../domain/import.ts';
import { countLateRows, countRows, describeJob, type ImportJob, progressJob } from '../domain/job.ts';
import { insertRejections } from '../store/import-rows.ts';
import { findImport, recordBatch } from '../store/imports.ts';
import { lockJob, saveJob } from '../store/jobs.ts';
import type { JobsContext } from './context.ts';

type Context = Pick<JobsContext, 'database' | 'outbox' | 'clock'>;
type AppliedBatch = DataOf<'catalog.import-batch.applied.v1'>;

/**
 * Counts a batch once, however often catalog says it was applied. Sees the end of the import when the worker has sent the
 * last batch before; else the worker sees it (`end-of-file`).
 */
export async function recordAppliedBatch(context: Context, tx: Transaction, batch: AppliedBatch): Promise<void> {
  const { database, clock } = context;
  const attempt = { jobId: batch.jobId, attempt: batch.attempt };
  const job = await lockJob(database, tx, batch.jobId);
  // Undefined when its owner has been forgotten.
  if (job?.type !== 'catalog-import') return;
  if (!(await recordBatch(database, tx, { ...batch, rejected: batch.rejected.length }))) return;
  await insertRejections(
    database,
    tx,
    attempt,
    batch.rejected.map((rejection) => ({ ...rejection, cells: null })),
  );
  const state = await findImport(database, tx, attempt);
  if (state === undefined || job.attempt !== batch.attempt) return;
  if (job.status === 'running') await announceProgress(context, tx, job, state);
  else await saveJob(database, tx, countLateRows(job, state.totals, clock.now()));
}

async function announceProgress({ database, outbox, clock }: Context, tx: Transaction, job: ImportJob, state: Import): Promise<void> {
  const changed = progressJob(job, { done: countRows(state.totals), total: estimateTotalRows(state) }, clock.now());
  await saveJob(database, tx, changed);
  await outbox.publish(tx, {
    type: 'jobs.job.progressed.v1',
    aggregateId: changed.id,
    aggregateVersion: changed.version,
    data: { ...describeJob(changed), progress: changed.progress },
  });
  if (!isAllApplied(state)) return;
  const data = { jobId: changed.id, attempt: changed.attempt };
  await outbox.send(tx, { type: 'jobs.finish-import.v1', aggregateId: changed.id, data });
}
