import type { JobId } from '@torii/contracts';
import { findUploads } from '../store/exports.ts';
import type { JobsContext } from './context.ts';

/** Drops parts of files that nobody will complete. What cannot be dropped now, the bucket drops after a day. */
export async function dropUploads(
  { database, files, logger }: Pick<JobsContext, 'database' | 'files' | 'logger'>,
  id: JobId,
): Promise<void> {
  for (const { fileKey: key, uploadId } of await findUploads(database, id)) {
    if (uploadId === null) continue;
    try {
      await files.abortUpload({ key, uploadId });
    } catch (error) {
      logger.warn({ err: error, jobId: id }, 'parts of a file could not be dropped');
    }
  }
}
