// The import as an API client does it: presigned upload, preview, job, progress.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MobileClient } from './mobile-client.ts';

export interface ImportTotals {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly rejectsUrl: string | null;
}

export interface Job<Result = ImportTotals> {
  readonly id: string;
  readonly type: string;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: string };
  readonly result: Result | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface Preview {
  readonly columns: readonly string[];
  readonly mapping: Readonly<Record<string, string>>;
  readonly sample: readonly Readonly<Record<string, string>>[];
  readonly delimiter: string;
  readonly encoding: string;
}

interface Upload {
  readonly uploadKey: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends the bytes to S3 and returns the upload key. @throws Error with the answer when a step is refused. */
export async function uploadFile(client: MobileClient, token: string, bytes: Uint8Array): Promise<string> {
  const request = { fileName: 'import.csv', contentType: 'text/csv', sizeBytes: bytes.byteLength };
  const { status, body } = await client.call<Upload>('POST', '/jobs/uploads', { token, body: request });
  if (status !== 201) throw new Error(`The upload was refused: ${status} ${JSON.stringify(body)}`);
  const sent = await fetch(body.url, { method: body.method, headers: body.headers, body: bytes });
  if (!sent.ok) throw new Error(`S3 refused the file: ${sent.status} ${await sent.text()}`);
  return body.uploadKey;
}

export async function previewImport(client: MobileClient, token: string, uploadKey: string): Promise<Preview> {
  const { status, body } = await client.call<Preview>('POST', '/jobs/import-previews', { token, body: { uploadKey } });
  if (status !== 200) throw new Error(`The preview was refused: ${status} ${JSON.stringify(body)}`);
  return body;
}

export async function startImport(
  client: MobileClient,
  token: string,
  input: { uploadKey: string; mapping: Readonly<Record<string, string>> },
): Promise<Job> {
  const headers = { 'idempotency-key': randomUUID() };
  const { status, body } = await client.call<Job>('POST', '/jobs', { token, headers, body: { type: 'catalog-import', input } });
  if (status !== 202) throw new Error(`The import was refused: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Follows a job until it has ended. @throws Error when it has not within `timeoutMs`. */
export async function followJob<Result = ImportTotals>(
  client: MobileClient,
  token: string,
  id: string,
  { timeoutMs = 120_000, onProgress }: { timeoutMs?: number; onProgress?: (job: Job<Result>) => void } = {},
): Promise<Job<Result>> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(250)) {
    const { status, body } = await client.call<Job<Result>>('GET', `/jobs/${id}`, { token });
    if (status !== 200) continue; // A service that is being restarted: the next look tells.
    onProgress?.(body);
    if (body.status !== 'queued' && body.status !== 'running') return body;
  }
  throw new Error(`Job ${id} has not ended within ${timeoutMs / 1000} s`);
}
