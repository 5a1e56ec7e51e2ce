import type { ImportRow, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { estimateTotalRows, type Import } from '../domain/import.ts';
import { batchMessageId, type ImportChunk } from '../domain/import-chunk.ts';
import { skuRepeated } from '../domain/import-row.ts';
import { countRows, ownerOf, progressJob } from '../domain/job.ts';
import type { Rejection } from '../domain/rejects-file.ts';
import { insertRejections, noteSkus } from '../store/import-rows.ts';
import { insertBatchPlace, saveCheckpoint } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { lockRunningImport } from './lock-running-import.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * Hands the rows of a chunk to catalog and moves the checkpoint behind them, in one transaction. The batch is sent before
 * the commit: a crash in between sends it again, the same rows under the same id, which catalog's inbox drops.
 * @returns the import behind the chunk; `ended` when the job is no longer to be worked on; `overtaken` when another worker,
 * which has a message of its own, has moved the checkpoint
 */
export async function commitChunk(context: WorkerContext, from: Import, chunk: ImportChunk): Promise<Import | 'ended' | 'overtaken'> {
  const { database, clock, failpoints } = context;
  return database.transaction(async (tx) => {
    const locked = await lockRunningImport(database, tx, from);
    if (locked === undefined) return 'ended';
    const { job, state } = locked;
    if (state.rowsRead !== from.rowsRead || state.sentAll) return 'overtaken';
    const { accepted, rejected } = await sortRows(context, tx, from, chunk);
    await insertRejections(database, tx, from, rejected);
    const step = {
      byteOffset: chunk.endByte,
      rowsRead: chunk.lastRow,
      batchesSent: state.batchesSent + (accepted.length > 0 ? 1 : 0),
    };
    await saveCheckpoint(database, tx, { jobId: from.jobId, attempt: from.attempt, ...step, rejected: rejected.length });
    const totals = { ...state.totals, rejected: state.totals.rejected + rejected.length };
    const next: Import = { ...state, ...step, shape: from.shape, totals };
    await saveJob(database, tx, progressJob(job, { done: countRows(totals), total: estimateTotalRows(next) }, clock.now()));
    if (accepted.length > 0) await sendBatch(context, tx, state, { ownerId: ownerOf(job), rows: accepted, endByte: chunk.endByte });
    await failpoints.beforeCommit?.();
    return next;
  });
}

/** Adds to the rows that validation rejected those whose sku came before. */
async function sortRows(
  { database }: WorkerContext,
  tx: Transaction,
  from: Import,
  chunk: ImportChunk,
): Promise<{ readonly accepted: ImportRow[]; readonly rejected: readonly Rejection[] }> {
  const valid = chunk.rows.flatMap((entry) => (entry.accepted ? [entry] : []));
  const firstRows = await noteSkus(
    database,
    tx,
    from,
    valid.map(({ row }) => row),
  );
  const accepted: ImportRow[] = [];
  const rejected: Rejection[] = chunk.rows.flatMap((entry) =>
    entry.accepted ? [] : [{ rowNumber: entry.rowNumber, ...entry.reason, cells: entry.cells }],
  );
  for (const { row, cells } of valid) {
    const first = firstRows.get(row.sku) ?? row.rowNumber;
    if (first === row.rowNumber) accepted.push(row);
    else rejected.push({ rowNumber: row.rowNumber, ...skuRepeated(row.sku, first), cells });
  }
  return { accepted, rejected };
}

interface Batch {
  readonly ownerId: UserId;
  readonly rows: ImportRow[];
  readonly endByte: number;
}

async function sendBatch(
  { database, sendCommand, failpoints }: WorkerContext,
  tx: Transaction,
  state: Import,
  batch: Batch,
): Promise<void> {
  const { jobId, attempt, batchesSent: batchNumber, byteOffset: startByte, rowsRead: rowsBefore } = state;
  const { ownerId, rows, endByte } = batch;
  await insertBatchPlace(database, tx, { jobId, attempt, batchNumber, startByte, endByte, rowsBefore });
  await failpoints.beforeSend?.();
  await sendCommand({
    id: batchMessageId(jobId, attempt, batchNumber),
    type: 'catalog.apply-import-batch.v1',
    aggregateId: jobId,
    data: { jobId, attempt, batchNumber, ownerId, rows },
  });
  await failpoints.afterSend?.();
}
