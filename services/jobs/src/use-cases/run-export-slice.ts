import type { ExportFormat } from '@torii/contracts';
import { decideScopes, type Export, type ExportScope } from '../domain/export.ts';
import { fileLine } from '../domain/export-file.ts';
import type { ItemCopy } from '../domain/item-copy.ts';
import { describeJob, type ExportJob, startJob } from '../domain/job.ts';
import { type CopyRebuild, findRebuild } from '../store/copy-rebuild.ts';
import type { Attempt } from '../store/imports.ts';
import { countCopies, findCopies } from '../store/item-copies.ts';
import { saveJob } from '../store/jobs.ts';
import { awaitRebuild } from './await-rebuild.ts';
import { commitExport, commitPart } from './commit-export.ts';
import { finishExport } from './finish-export.ts';
import { lockRunningExport } from './lock-running-export.ts';
import type { SliceBudget, WorkerContext } from './worker-context.ts';

/** Items read at a time: 60 KiB each at most. */
const PAGE_ITEMS = 250;
/** S3 takes 5 MiB or more, and 10,000 parts: 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

interface Work {
  readonly job: ExportJob;
  readonly state: Export;
  readonly scopes: readonly ExportScope[];
  /** As it was before anything was read. */
  readonly rebuild: CopyRebuild;
}

/**
 * Goes on with an export from its committed checkpoint until the last item or the time ends; then a continuation is asked for.
 * Killed anywhere, the same message comes again and reads on behind the last committed item: what was uploaded and not
 * committed is no part of the file. Items are taken as they are when they are read, and while the copy is being rebuilt none are.
 */
export async function runExportSlice(context: WorkerContext, attempt: Attempt, budget: SliceBudget): Promise<void> {
  const rebuild = await findRebuild(context.database);
  if (rebuild.isUnderWay) return awaitRebuild(context, attempt);
  const work = await beginSlice(context, attempt, rebuild);
  if (work === undefined) return;
  const state = work.state.readAll ? work.state : await readSlice(context, work, budget);
  if (state?.readAll === true) await finishExport(context, state);
}

async function beginSlice(context: WorkerContext, attempt: Attempt, rebuild: CopyRebuild): Promise<Work | undefined> {
  const { database, outbox, clock } = context;
  return database.transaction(async (tx) => {
    const locked = await lockRunningExport(database, tx, attempt);
    if (locked === undefined) return undefined;
    const scopes = decideScopes(locked.job.input, locked.job.ownerId);
    if (locked.job.status === 'running') return { ...locked, scopes, rebuild };
    const job = startJob(locked.job, clock.now(), await countCopies(database, scopes));
    await saveJob(database, tx, job);
    const data = { ...describeJob(job), progress: job.progress };
    await outbox.publish(tx, { type: 'jobs.job.progressed.v1', aggregateId: job.id, aggregateVersion: job.version, data });
    return { job, state: locked.state, scopes, rebuild };
  });
}

/** @returns the state behind what was read; undefined when the job has ended, or when another worker goes on with it */
async function readSlice(
  context: WorkerContext,
  { job, state: begun, scopes, rebuild }: Work,
  budget: SliceBudget,
): Promise<Export | undefined> {
  let checkpoint = begun;
  let state = begun;
  for (;;) {
    const copies = await findCopies(context.database, scopes, { after: state.lastId, limit: PAGE_ITEMS });
    state = addPage(state, copies, job.input.format);
    const isOver = state.readAll || budget.remainingMs() <= 0;
    if (!isOver && !isPart(state)) continue;
    // Read while it was being emptied: what was committed before is whole, this may not be.
    if (!(await isUntouched(context, rebuild))) return awaitRebuild(context, checkpoint);
    const committed = isPart(state) ? await commitPart(context, checkpoint, state) : await commitExport(context, checkpoint, state);
    if (committed === undefined) return undefined;
    await context.failpoints.afterCommit?.();
    if (committed.readAll) return committed;
    if (isOver) return continueLater(context, committed);
    state = committed;
    checkpoint = committed;
  }
}

async function isUntouched({ database }: WorkerContext, before: CopyRebuild): Promise<boolean> {
  const now = await findRebuild(database);
  return !now.isUnderWay && now.emptiedBy === before.emptiedBy;
}

function addPage(state: Export, copies: readonly ItemCopy[], format: ExportFormat): Export {
  return {
    ...state,
    tail: state.tail + copies.map((copy) => fileLine(format, copy)).join(''),
    lastId: copies.at(-1)?.id ?? state.lastId,
    rowsRead: state.rowsRead + copies.length,
    readAll: copies.length < PAGE_ITEMS,
  };
}

/** Of a file in parts, what is left at its end is one too, however little it is. */
function isPart({ tail, readAll, parts }: Export): boolean {
  return Buffer.byteLength(tail) >= PART_BYTES || (readAll && parts.length > 0 && tail !== '');
}

async function continueLater({ sendCommand }: WorkerContext, { jobId, attempt }: Export): Promise<undefined> {
  await sendCommand({ type: 'jobs.run-export-slice.v1', aggregateId: jobId, data: { jobId, attempt } });
}
