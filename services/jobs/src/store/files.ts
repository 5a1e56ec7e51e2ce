import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { awsClientSettings, traceAwsClient } from '@torii/chassis';
import { Readable } from 'node:stream';
import { type MultipartFiles, createMultipartFiles } from './multipart-files.ts';
import { filesUnavailable, uploadChanged, uploadNotFound } from '../domain/errors.ts';

/** A download that stands still this long is dead; between two reads the worker may wait for the database for 10 s. */
const STALLED_DOWNLOAD_MS = 15_000;
/** S3's own limit for DeleteObjects. */
const DELETE_MAX_KEYS = 1000;

export interface FileFacts {
  readonly sizeBytes: number;
  /** The ETag. */
  readonly tag: string;
}

export interface PresignedPut {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The files bucket. */
export interface FileStore extends MultipartFiles {
  presignPut(
    file: { readonly key: string; readonly contentType: string; readonly sizeBytes: number },
    expiresInSeconds: number,
  ): Promise<PresignedPut>;
  presignGet(key: string, download: { readonly fileName: string; readonly expiresInSeconds: number }): Promise<string>;
  /** @throws UPLOAD_NOT_FOUND */
  getFacts(key: string): Promise<FileFacts>;
  /**
   * The bytes from `start`, at most `limit` of them.
   * @throws UPLOAD_NOT_FOUND; UPLOAD_CHANGED when the object's ETag is no longer `tag`
   */
  read(key: string, range: { readonly tag: string; readonly start: number; readonly limit?: number }): AsyncIterable<Uint8Array>;
  /** Writes a file whose length is not known yet, in parts. */
  write(key: string, contentType: string, body: Readable): Promise<void>;
  /** Writes a small file whole. */
  put(key: string, contentType: string, body: string): Promise<void>;
  deleteAll(prefix: string): Promise<void>;
}

/** No checksum unless the operation needs one: the default would sign the checksum of an empty body into every presigned PUT. */
export function createS3Client(): S3Client {
  const { maxAttempts, requestHandler } = awsClientSettings();
  const client = new S3Client({
    maxAttempts,
    requestHandler: { ...requestHandler, socketTimeout: STALLED_DOWNLOAD_MS },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return traceAwsClient(client, 'S3');
}

export function createFileStore(s3: S3Client, bucket: string): FileStore {
  return {
    ...createMultipartFiles(s3, bucket),
    presignPut: async ({ key, contentType, sizeBytes }, expiresInSeconds) => {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, ContentLength: sizeBytes });
      const signableHeaders = new Set(['host', 'content-type', 'content-length']);
      const url = await getSignedUrl(s3, command, { expiresIn: expiresInSeconds, signableHeaders });
      return { url, headers: { 'content-type': contentType, 'content-length': String(sizeBytes) } };
    },
    presignGet: (key, { fileName, expiresInSeconds }) => {
      const ResponseContentDisposition = `attachment; filename="${fileName}"`;
      return getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition }), {
        expiresIn: expiresInSeconds,
      });
    },
    getFacts: async (key) => {
      const head = await orUploadFault(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      return { sizeBytes: head.ContentLength ?? 0, tag: head.ETag ?? '' };
    },
    read: (key, range) => readObject(s3, { bucket, key, ...range }),
    write: async (key, contentType, body) => {
      await new Upload({ client: s3, params: { Bucket: bucket, Key: key, ContentType: contentType, Body: body } }).done();
    },
    put: async (key, contentType, body) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, Body: Buffer.from(body) }));
    },
    deleteAll: (prefix) => deleteAll(s3, bucket, prefix),
  };
}

interface ObjectRange {
  readonly bucket: string;
  readonly key: string;
  readonly tag: string;
  readonly start: number;
  readonly limit?: number;
}

async function* readObject(s3: S3Client, range: ObjectRange): AsyncGenerator<Uint8Array, void, void> {
  const end = range.limit === undefined ? '' : range.start + range.limit - 1;
  const command = new GetObjectCommand({ Bucket: range.bucket, Key: range.key, IfMatch: range.tag, Range: `bytes=${range.start}-${end}` });
  const { Body } = await orUploadFault(s3.send(command));
  if (!(Body instanceof Readable)) throw new Error('The file cannot be read: S3 answered without a stream.');
  // Destroys the stream, and with it the connection, when the reader stops early.
  for await (const chunk of Body) yield chunk as Uint8Array;
}

async function orUploadFault<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    const status = error.$metadata.httpStatusCode;
    if (status === 404) throw uploadNotFound();
    if (status === 412) throw uploadChanged();
    // Answers to HEAD have no body, so nothing but the status tells what they mean.
    if (status !== undefined && (status >= 500 || status === 429)) throw filesUnavailable(error);
    throw error;
  }
}

async function deleteAll(s3: S3Client, bucket: string, prefix: string): Promise<void> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: DELETE_MAX_KEYS,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    const Objects = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
