// The export as an API client does it: job, progress, a file by a signed link.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { followJob, type Job } from './import.ts';
import type { MobileClient } from './mobile-client.ts';

export interface ExportResult {
  readonly rows: number;
  readonly bytes: number;
  readonly downloadUrl: string;
}

export interface ExportInput {
  readonly format: 'csv' | 'ndjson';
  readonly owner?: 'me';
  readonly category?: string;
  readonly status?: string;
}

/** Exports and follows the job to its end. @throws Error with the answer when it is refused, or with the job when it does not complete. */
export async function exportItems(client: MobileClient, token: string, input: ExportInput): Promise<ExportResult> {
  const headers = { 'idempotency-key': randomUUID() };
  const body = { type: 'catalog-export', input };
  const { status, body: job } = await client.call<Job<ExportResult>>('POST', '/jobs', { token, headers, body });
  if (status !== 202) throw new Error(`The export was refused: ${status} ${JSON.stringify(job)}`);
  const ended = await followJob<ExportResult>(client, token, job.id, { timeoutMs: 60_000 });
  if (ended.status !== 'completed' || ended.result === null) throw new Error(`The export did not complete: ${JSON.stringify(ended)}`);
  return ended.result;
}

/** Exports until the copy that exports read has followed the catalogue to `rows` items. @throws Error when it has not within 30 s. */
export async function exportAll(client: MobileClient, token: string, input: ExportInput, rows: number): Promise<ExportResult> {
  let result = await exportItems(client, token, input);
  for (const deadline = Date.now() + 30_000; result.rows !== rows; result = await exportItems(client, token, input)) {
    if (Date.now() > deadline) throw new Error(`The export has ${result.rows} rows instead of ${rows} for 30 s`);
    await delay(250);
  }
  return result;
}

/** The file as text, without the byte order mark. @throws Error when S3 refuses it, or when it is not as long as the job says. */
export async function download({ downloadUrl, bytes }: ExportResult): Promise<string> {
  const response = await fetch(downloadUrl);
  const body = await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`S3 refused the file: ${response.status} ${new TextDecoder().decode(body)}`);
  if (body.byteLength !== bytes) throw new Error(`The file has ${body.byteLength} bytes, the job says ${bytes}`);
  return new TextDecoder().decode(body);
}
