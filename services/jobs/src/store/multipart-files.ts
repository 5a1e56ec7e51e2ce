import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  NoSuchUpload,
  NotFound,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { FilePart } from '../domain/export.ts';

/** A file under way in S3, which nobody sees before it is complete. */
export interface MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** Files that are written in parts, by several invocations. */
export interface MultipartFiles {
  /** @returns the id of the upload */
  beginUpload(key: string, contentType: string): Promise<string>;
  /** At least 5 MiB, unless it is the last part. @returns the ETag */
  uploadPart(upload: MultipartUpload, partNumber: number, body: Buffer): Promise<string>;
  /** Joins the parts in this order; those that are not named are dropped. Done twice, it is done once. */
  completeUpload(upload: MultipartUpload, parts: readonly FilePart[], sizeBytes: number): Promise<void>;
  /** Drops the parts. Nothing happens when the upload has ended. */
  abortUpload(upload: MultipartUpload): Promise<void>;
}

export function createMultipartFiles(s3: S3Client, bucket: string): MultipartFiles {
  const addressOf = ({ key, uploadId }: MultipartUpload) => ({ Bucket: bucket, Key: key, UploadId: uploadId });
  return {
    beginUpload: async (key, contentType) => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentType }));
      if (UploadId === undefined) throw new Error(`The file ${key} cannot be written: S3 gave no id for its upload.`);
      return UploadId;
    },
    uploadPart: async (upload, partNumber, body) => {
      const { ETag } = await s3.send(new UploadPartCommand({ ...addressOf(upload), PartNumber: partNumber, Body: body }));
      if (ETag === undefined) throw new Error(`Part ${partNumber} of ${upload.key} cannot be kept: S3 gave no ETag for it.`);
      return ETag;
    },
    completeUpload: async (upload, parts, sizeBytes) => {
      const Parts = parts.map(({ number, tag }) => ({ PartNumber: number, ETag: tag }));
      try {
        await s3.send(new CompleteMultipartUploadCommand({ ...addressOf(upload), MultipartUpload: { Parts } }));
      } catch (error) {
        // Somebody was here before: this worker, whose answer was lost, or another.
        if (isUploadGone(error) && (await findSize(s3, bucket, upload.key)) === sizeBytes) return;
        throw error;
      }
    },
    abortUpload: async (upload) => {
      try {
        await s3.send(new AbortMultipartUploadCommand(addressOf(upload)));
      } catch (error) {
        if (!isUploadGone(error)) throw error;
      }
    },
  };
}

/** The upload was completed or aborted. */
export function isUploadGone(error: unknown): boolean {
  return error instanceof NoSuchUpload || (error instanceof S3ServiceException && error.name === 'NoSuchUpload');
}

async function findSize(s3: S3Client, bucket: string, key: string): Promise<number | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
