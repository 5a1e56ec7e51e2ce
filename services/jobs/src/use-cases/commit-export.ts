import type { Transaction } from 'sequelize';
import { CONTENT_TYPES } from '../domain/export-file.ts';
import type { Export } from '../domain/export.ts';
import { describeJob, progressJob } from '../domain/job.ts';
import { claimPart, saveExport } from '../store/exports.ts';
import { saveJob } from '../store/jobs.ts';
import { isUploadGone, type MultipartUpload } from '../store/multipart-files.ts';
import { lockRunningExport } from './lock-running-export.ts';
import type { WorkerContext } from './worker-context.ts';

// A part is uploaded outside any transaction, under a number that nobody else has, and belongs to the file from the commit of
// the checkpoint that names it. Two workers on one export each check the checkpoint under the job's lock: one goes on, the
// other stops, and its part is dropped when the file is completed.

/**
 * Uploads the tail as a part and commits the checkpoint behind it.
 * @returns undefined when the job has ended, or another worker has moved the checkpoint
 */
export async function commitPart(context: WorkerContext, from: Export, next: Export): Promise<Export | undefined> {
  const claim = await claimNextPart(context, from);
  if (claim === undefined) return undefined;
  const body = Buffer.from(next.tail);
  await context.failpoints.beforeSend?.();
  const tag = await uploadPart(context, claim, body);
  if (tag === undefined) return undefined;
  await context.failpoints.afterSend?.();
  const parts = [...next.parts, { number: claim.number, tag }];
  return commitExport(context, from, { ...next, uploadId: claim.uploadId, parts, tail: '', sizeBytes: next.sizeBytes + body.length });
}

/**
 * Commits the checkpoint; what was read and is too little for a part stays in its tail.
 * @returns as `commitPart`
 */
export async function commitExport(context: WorkerContext, from: Export, next: Export): Promise<Export | undefined> {
  const { database, outbox, clock, failpoints } = context;
  return database.transaction(async (tx) => {
    const job = (await lockUnmoved(context, tx, from))?.job;
    if (job === undefined) return undefined;
    await saveExport(database, tx, next);
    const total = Math.max(next.rowsRead, job.progress.total ?? 0);
    const changed = progressJob(job, { done: next.rowsRead, total: next.readAll ? next.rowsRead : total }, clock.now());
    await saveJob(database, tx, changed);
    const data = { ...describeJob(changed), progress: changed.progress };
    await outbox.publish(tx, { type: 'jobs.job.progressed.v1', aggregateId: changed.id, aggregateVersion: changed.version, data });
    await failpoints.beforeCommit?.();
    return next;
  });
}

interface PartClaim extends MultipartUpload {
  readonly number: number;
}

async function claimNextPart(context: WorkerContext, from: Export): Promise<PartClaim | undefined> {
  const { database, files } = context;
  const begun = from.uploadId ?? (await beginUpload(context, from));
  const claim = await database.transaction(async (tx) => {
    const locked = await lockUnmoved(context, tx, from);
    if (locked === undefined) return undefined;
    // Another worker may have begun one before it died.
    const uploadId = locked.state.uploadId ?? begun;
    return { key: from.fileKey, uploadId, number: await claimPart(database, tx, from, uploadId) };
  });
  if (from.uploadId === null && claim?.uploadId !== begun) await files.abortUpload({ key: from.fileKey, uploadId: begun });
  return claim;
}

function beginUpload({ files }: WorkerContext, { fileKey }: Export): Promise<string> {
  return files.beginUpload(fileKey, fileKey.endsWith('.csv') ? CONTENT_TYPES.csv : CONTENT_TYPES.ndjson);
}

/** @returns undefined when the upload is gone, because the job was cancelled meanwhile */
async function uploadPart(context: WorkerContext, claim: PartClaim, body: Buffer): Promise<string | undefined> {
  try {
    return await context.files.uploadPart(claim, claim.number, body);
  } catch (error) {
    if (isUploadGone(error)) return undefined;
    throw error;
  }
}

/** The export, when its checkpoint still is where `from` was read. */
async function lockUnmoved({ database }: WorkerContext, tx: Transaction, from: Export): ReturnType<typeof lockRunningExport> {
  const locked = await lockRunningExport(database, tx, from);
  if (locked === undefined) return undefined;
  const { rowsRead, parts, readAll } = locked.state;
  return rowsRead === from.rowsRead && parts.length === from.parts.length && !readAll ? locked : undefined;
}
