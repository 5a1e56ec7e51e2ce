import { CONTENT_TYPES } from '../domain/export-file.ts';
import type { Export } from '../domain/export.ts';
import { completeExport, describeCompletion, describeJob, isActive, type ExportJob } from '../domain/job.ts';
import { lockJob, saveJob } from '../store/jobs.ts';
import type { WorkerContext } from './worker-context.ts';

/** Makes the file visible and completes the job. Done twice, it makes the same file and completes once. */
export async function finishExport(context: WorkerContext, state: Export): Promise<void> {
  const { database, outbox, clock, files, logger, failpoints } = context;
  const bytes = await writeFile(context, state);
  await failpoints.beforeComplete?.();
  const outcome = await database.transaction(async (tx): Promise<ExportJob | 'unwanted' | 'completed before'> => {
    const job = await lockJob(database, tx, state.jobId);
    if (job?.type !== 'catalog-export' || job.attempt !== state.attempt) return 'unwanted';
    if (!isActive(job)) return job.status === 'completed' ? 'completed before' : 'unwanted';
    const totals = { rows: state.rowsRead, bytes };
    const completed = completeExport(job, { totals, fileKey: state.fileKey }, clock.now());
    await saveJob(database, tx, completed);
    await outbox.publish(tx, {
      type: 'jobs.job.completed.v1',
      aggregateId: completed.id,
      aggregateVersion: completed.version,
      data: { ...describeJob(completed), result: totals },
    });
    return completed;
  });
  if (typeof outcome === 'object') logger.info(describeCompletion(outcome), 'job completed');
  // Cancelled, or its owner left, while the file was being completed.
  if (outcome === 'unwanted') await files.deleteAll(state.fileKey);
}

/** @returns the size of the file */
async function writeFile({ files }: WorkerContext, state: Export): Promise<number> {
  const { fileKey, uploadId, parts, tail, sizeBytes } = state;
  if (uploadId === null || parts.length === 0) {
    // Begun by a worker that died before its first part.
    if (uploadId !== null) await files.abortUpload({ key: fileKey, uploadId });
    await files.put(fileKey, fileKey.endsWith('.csv') ? CONTENT_TYPES.csv : CONTENT_TYPES.ndjson, tail);
    return Buffer.byteLength(tail);
  }
  await files.completeUpload({ key: fileKey, uploadId }, parts, sizeBytes);
  return sizeBytes;
}
