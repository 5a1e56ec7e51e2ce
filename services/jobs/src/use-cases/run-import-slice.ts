import { isFileFault } from '../domain/errors.ts';
import { type Import, type ImportShape, isAllApplied } from '../domain/import.ts';
import { chunkRows } from '../domain/import-chunk.ts';
import { createRowValidator } from '../domain/import-row.ts';
import { describeJob, type ImportJob, startJob } from '../domain/job.ts';
import { clearAttempts, clearSkus } from '../store/import-rows.ts';
import { type Attempt, saveShape } from '../store/imports.ts';
import { saveJob } from '../store/jobs.ts';
import { commitChunk } from './commit-chunk.ts';
import { endOfFile } from './end-of-file.ts';
import { failJob } from './fail-job.ts';
import { inspectUpload } from './inspect-upload.ts';
import { lockRunningImport } from './lock-running-import.ts';
import { readImportRows } from './read-import-rows.ts';
import { resendBatches } from './resend-batches.ts';
import type { SliceBudget, WorkerContext } from './worker-context.ts';

/**
 * Goes on with an import from its committed checkpoint until the file or the time ends; then a continuation is asked for.
 * Killed anywhere, the same message comes again and goes on from the last committed batch, sending at most one batch twice,
 * under the same id. A file that cannot be read fails the job; anything else is thrown, and the message comes again.
 */
export async function runImportSlice(context: WorkerContext, attempt: Attempt, budget: SliceBudget): Promise<void> {
  const begun = await beginSlice(context, attempt);
  if (begun === undefined) return clearSkus(context.database, attempt);
  try {
    if (begun.state.sentAll) await resumeAnswers(context, begun, budget);
    else await readSlice(context, begun.state, budget);
  } catch (error) {
    if (!isFileFault(error)) throw error;
    await failJob(context, attempt, { code: error.code, message: error.message });
    await clearSkus(context.database, attempt);
  }
}

interface Begun {
  readonly job: ImportJob;
  readonly state: Import;
}

async function beginSlice(context: WorkerContext, attempt: Attempt): Promise<Begun | undefined> {
  const { database, outbox, clock } = context;
  return database.transaction(async (tx) => {
    const locked = await lockRunningImport(database, tx, attempt);
    if (locked?.job.status !== 'queued') return locked;
    const job = startJob(locked.job, clock.now());
    await saveJob(database, tx, job);
    const data = { ...describeJob(job), progress: job.progress };
    await outbox.publish(tx, { type: 'jobs.job.progressed.v1', aggregateId: job.id, aggregateVersion: job.version, data });
    return { ...locked, job };
  });
}

/** A message of the slice that comes after the last batch was sent is a late one, or the job was resumed. */
async function resumeAnswers(context: WorkerContext, { job, state }: Begun, budget: SliceBudget): Promise<void> {
  await clearSkus(context.database, state);
  if (job.resumes === 0 || isAllApplied(state)) return;
  if (!(await resendBatches(context, { job, state }, budget))) await continueLater(context, state);
}

async function readSlice(context: WorkerContext, begun: Import, budget: SliceBudget): Promise<void> {
  const shape = begun.shape ?? (await inspect(context, begun));
  const validate = createRowValidator(shape.columns, begun.mapping);
  const rows = readImportRows(context.files, begun, shape);
  let state: Import = { ...begun, shape };
  for await (const chunk of chunkRows(rows, validate, begun.rowsRead)) {
    const committed = await commitChunk(context, state, chunk);
    if (committed === 'ended') return clearSkus(context.database, begun);
    if (committed === 'overtaken') return;
    state = committed;
    await context.failpoints.afterCommit?.();
    if (budget.remainingMs() <= 0) return continueLater(context, state);
  }
  await endOfFile(context, state);
  await clearSkus(context.database, state);
}

async function continueLater({ sendCommand }: WorkerContext, { jobId, attempt }: Attempt): Promise<void> {
  await sendCommand({ type: 'jobs.run-import-slice.v1', aggregateId: jobId, data: { jobId, attempt } });
}

/** The first look at the file; what an earlier attempt left behind goes first. */
async function inspect({ database, files }: WorkerContext, state: Import): Promise<ImportShape> {
  if (state.attempt > 1) await clearAttempts(database, { jobId: state.jobId, attempt: state.attempt - 1 });
  const { columns, delimiter, encoding } = await inspectUpload(files, state);
  const shape = { columns, delimiter, encoding };
  await saveShape(database, state, shape);
  return shape;
}
