import { UPLOAD_MAX_BYTES, type UserId } from '@torii/contracts';
import { fileEmpty, uploadNotFound, uploadTooLarge } from '../domain/errors.ts';
import { type FileShape, HEAD_BYTES, inspectFile } from '../domain/file-inspection.ts';
import type { UploadedFile } from '../domain/import.ts';
import { isUploadOf } from '../domain/upload-key.ts';
import type { FileStore } from '../store/files.ts';

/**
 * The caller's own upload as it is now.
 * @throws UPLOAD_NOT_FOUND, UPLOAD_TOO_LARGE
 */
export async function getOwnUpload(files: FileStore, ownerId: UserId, uploadKey: string): Promise<UploadedFile> {
  if (!isUploadOf(ownerId, uploadKey)) throw uploadNotFound();
  const { sizeBytes, tag } = await files.getFacts(uploadKey);
  if (sizeBytes > UPLOAD_MAX_BYTES) throw uploadTooLarge(UPLOAD_MAX_BYTES / 1024 / 1024);
  return { uploadKey, uploadTag: tag, sizeBytes };
}

/**
 * Reads only the beginning of the file.
 * @throws FILE_EMPTY, FILE_BINARY, … as `inspectFile`
 */
export async function inspectUpload(files: FileStore, upload: UploadedFile): Promise<FileShape> {
  if (upload.sizeBytes === 0) throw fileEmpty();
  const chunks: Uint8Array[] = [];
  const head = files.read(upload.uploadKey, { tag: upload.uploadTag, start: 0, limit: HEAD_BYTES });
  for await (const chunk of head) chunks.push(chunk);
  return inspectFile(Buffer.concat(chunks), upload.sizeBytes <= HEAD_BYTES);
}
