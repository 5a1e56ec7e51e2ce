import type { Upload, UploadRequest, UserId } from '@torii/contracts';
import { ownerDeleted } from '../domain/errors.ts';
import { uploadKeyOf } from '../domain/upload-key.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import type { JobsContext } from './context.ts';

/** Long enough for 200 MiB over a slow line to begin; S3 checks it when the upload starts. */
const UPLOAD_EXPIRES_SECONDS = 15 * 60;

/** Gives the caller an address that takes exactly the announced file, straight to S3. @throws OWNER_DELETED */
export async function createUpload(
  { database, files, clock, createId }: JobsContext,
  ownerId: UserId,
  request: UploadRequest,
): Promise<Upload> {
  if (await isForgotten(database, null, ownerId)) throw ownerDeleted(ownerId);
  const uploadKey = uploadKeyOf(ownerId, createId(), request.fileName);
  const expiresAt = new Date(clock.now().getTime() + UPLOAD_EXPIRES_SECONDS * 1000).toISOString();
  const file = { key: uploadKey, contentType: request.contentType, sizeBytes: request.sizeBytes };
  const { url, headers } = await files.presignPut(file, UPLOAD_EXPIRES_SECONDS);
  return { uploadKey, url, method: 'PUT', headers, expiresAt };
}
