import type { ImportRow } from '@torii/contracts';
import type { Import, ImportShape } from '../domain/import.ts';
import { batchMessageId } from '../domain/import-chunk.ts';
import { createRowValidator } from '../domain/import-row.ts';
import { type ImportJob, ownerOf } from '../domain/job.ts';
import { findRejectedRows } from '../store/import-rows.ts';
import { type BatchPlace, findMissingBatches, markResent } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { lockRunningImport } from './lock-running-import.ts';
import { readImportRows } from './read-import-rows.ts';
import type { SliceBudget, WorkerContext } from './worker-context.ts';

/** Looked for at a time. */
const PAGE_BATCHES = 100;

/**
 * Sends batches again that catalog has not answered since the job was resumed: the message or the answer was lost. Catalog
 * applies each once and answers the same again; of several answers to one batch the first counts.
 * @returns false when the time is over before the last
 */
export async function resendBatches(context: WorkerContext, { job, state }: Resumed, budget: SliceBudget): Promise<boolean> {
  const { shape } = state;
  if (shape === null) return true;
  for (;;) {
    const missing = await findMissingBatches(context.database, null, {
      jobId: job.id,
      attempt: job.attempt,
      resumes: job.resumes,
      limit: PAGE_BATCHES,
    });
    for (const place of missing) {
      if (!(await resendBatch(context, { job, state }, place, shape))) return true;
      if (budget.remainingMs() <= 0) return false;
    }
    if (missing.length < PAGE_BATCHES) return true;
  }
}

interface Resumed {
  readonly job: ImportJob;
  readonly state: Import;
}

/** @returns false when the job has ended, or was resumed once more */
async function resendBatch(context: WorkerContext, { job, state }: Resumed, place: BatchPlace, shape: ImportShape): Promise<boolean> {
  const { database, sendCommand, failpoints } = context;
  const rows = await readBatch(context, state, place, shape);
  return database.transaction(async (tx) => {
    const locked = await lockRunningImport(database, tx, state);
    if (locked === undefined || locked.job.resumes !== job.resumes) return false;
    const { jobId, attempt } = state;
    const { batchNumber, rowsBefore } = place;
    if (!(await markResent(database, tx, { jobId, attempt, batchNumber, resumes: job.resumes }))) return true;
    // Catalog has refused none of them, as it has not answered: these are the worker's own, such as repeated skus.
    const rejected = await findRejectedRows(database, tx, { jobId, attempt, from: rowsBefore + 1, to: rowsBefore + rows.length });
    const accepted = rows.flatMap((row) => (row === undefined || rejected.has(row.rowNumber) ? [] : [row]));
    // Renews the lease.
    await saveJob(database, tx, locked.job);
    await failpoints.beforeSend?.();
    await sendCommand({
      id: batchMessageId(jobId, attempt, batchNumber, job.resumes),
      type: 'catalog.apply-import-batch.v1',
      aggregateId: jobId,
      data: { jobId, attempt, batchNumber, ownerId: ownerOf(locked.job), rows: accepted },
    });
    await failpoints.afterSend?.();
    await failpoints.beforeCommit?.();
    return true;
  });
}

/** The rows of the batch in the file, as when it was sent first; undefined for those that are no items. */
async function readBatch(
  { files }: WorkerContext,
  state: Import,
  { startByte, endByte, rowsBefore }: BatchPlace,
  shape: ImportShape,
): Promise<readonly (ImportRow | undefined)[]> {
  const validate = createRowValidator(shape.columns, state.mapping);
  const rows: (ImportRow | undefined)[] = [];
  const place = { ...state, byteOffset: startByte, rowsRead: rowsBefore };
  for await (const { cells } of readImportRows(files, place, shape, endByte - startByte)) {
    const validated = validate(cells, rowsBefore + rows.length + 1);
    rows.push(validated.accepted ? validated.row : undefined);
  }
  return rows;
}
