import type { Upload, UploadRequest, UserId } from '@torii/contracts';
import { uploadKeyOf } from '../domain/upload-key.ts';
import type { JobsContext } from './context.ts';

/** Long enough for 200 MiB over a slow line to begin; S3 checks it when the upload starts. */
const UPLOAD_EXPIRES_SECONDS = 15 * 60;

/** Gives the caller an address that takes exactly the announced file, straight to S3. */
export async function createUpload(
  { files, clock, createId }: Pick<JobsContext, 'files' | 'clock' | 'createId'>,
  ownerId: UserId,
  request: UploadRequest,
): Promise<Upload> {
  const uploadKey = uploadKeyOf(ownerId, createId(), request.fileName);
  const expiresAt = new Date(clock.now().getTime() + UPLOAD_EXPIRES_SECONDS * 1000).toISOString();
  const file = { key: uploadKey, contentType: request.contentType, sizeBytes: request.sizeBytes };
  const { url, headers } = await files.presignPut(file, UPLOAD_EXPIRES_SECONDS);
  return { uploadKey, url, method: 'PUT', headers, expiresAt };
}
