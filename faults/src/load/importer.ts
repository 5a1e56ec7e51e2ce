import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ColumnMapping, type Job, job, upload } from '@torii/contracts';
import { request } from 'undici';
import type { Answer, ApiClient } from './client.ts';

/** One file of items, from the upload to the end of its job. */
export interface ImportReport {
  readonly jobId: string;
  readonly ownerId: string;
  readonly rows: number;
  readonly badRows: number;
  readonly ended: Job;
}

const MAPPING: ColumnMapping = { sku: 'sku', name: 'name' };
const TRY_FOR_MS = 60_000;
const RETRY_MS = 150;

export interface ImportSize {
  readonly rows: number;
  /** Of which these break a rule of the import itself. */
  readonly badRows: number;
}

/** A file in S3 that nobody has asked to import yet. */
export interface Upload {
  readonly size: ImportSize;
  readonly ownerId: string;
  readonly uploadKey: string;
  readonly client: ApiClient;
}

export async function uploadItems(client: ApiClient, ownerId: string, size: ImportSize): Promise<Upload> {
  const uploadKey = await uploadFile(client, createCsv(size.rows, size.badRows));
  return { size, ownerId, uploadKey, client };
}

/** Asks for the import of a file and waits for the end of its job. */
export async function importUpload({ size, ownerId, uploadKey, client }: Upload): Promise<ImportReport> {
  const key = randomUUID();
  const body = { type: 'catalog-import', input: { uploadKey, mapping: MAPPING } };
  const accepted = await insist(() => client.send('POST', '/jobs', { body, headers: { 'idempotency-key': key } }), 202);
  const { id } = job.parse(accepted.body);
  const ended = await waitForEnd(client, id);
  return { jobId: id, ownerId, ...size, ended };
}

async function waitForEnd(client: ApiClient, id: string): Promise<Job> {
  const deadline = performance.now() + TRY_FOR_MS;
  for (;;) {
    const found = job.parse((await insist(() => client.send('GET', `/jobs/${id}`), 200)).body);
    if (found.status !== 'queued' && found.status !== 'running') return found;
    if (performance.now() > deadline) return found;
    await delay(RETRY_MS);
  }
}

async function uploadFile(client: ApiClient, csv: string): Promise<string> {
  const body = { fileName: 'items.csv', contentType: 'text/csv', sizeBytes: Buffer.byteLength(csv) };
  const { url, method, headers, uploadKey } = upload.parse((await insist(() => client.send('POST', '/jobs/uploads', { body }), 201)).body);
  await insist(async () => {
    try {
      const answer = await request(url, { method, headers, body: csv });
      await answer.body.dump();
      return { status: answer.statusCode, etag: undefined, body: undefined };
    } catch {
      return undefined;
    }
  }, 200);
  return uploadKey;
}

async function insist(send: () => Promise<Answer | undefined>, status: number): Promise<Answer> {
  const deadline = performance.now() + TRY_FOR_MS;
  for (;;) {
    const answer = await send();
    if (answer?.status === status) return answer;
    if (performance.now() > deadline || (answer !== undefined && isRefusal(answer)))
      throw new Error(
        `An import cannot go on: it was answered with ${answer?.status ?? 'nothing'} (${JSON.stringify(answer?.body ?? null)}).`,
      );
    await delay(RETRY_MS);
  }
}

function isRefusal({ status }: Answer): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

function createCsv(rows: number, badRows: number): string {
  const run = randomUUID();
  const lines = Array.from({ length: rows }, (_row, index) => {
    const sku = `i-${run}-${index}`;
    return index < rows - badRows ? `${sku},${sku}` : `${sku},`;
  });
  return `sku,name\n${lines.join('\n')}\n`;
}
