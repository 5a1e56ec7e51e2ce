import type { ImportPreview, Job, JobPage, Upload } from '@torii/contracts';
import type { ExportRequest } from '../domain/export-request.ts';
import { call, toQuery } from './call.ts';
import { ProblemError } from './problem-error.ts';

export const jobsKey = ['jobs'] as const;
export const jobKey = (id: string) => ['job', id] as const;

export async function listJobs(cursor: string | null, signal: AbortSignal): Promise<JobPage> {
  const { body } = await call<JobPage>(`/api/jobs${toQuery({ cursor: cursor ?? undefined })}`, { signal });
  return body;
}

export async function getJob(id: string, signal: AbortSignal): Promise<Job> {
  const { body } = await call<Job>(`/api/jobs/${encodeURIComponent(id)}`, { signal });
  return body;
}

export async function cancelJob(id: string): Promise<Job> {
  const { body } = await call<Job>(`/api/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
  return body;
}

export async function retryJob(id: string): Promise<Job> {
  const { body } = await call<Job>(`/api/jobs/${encodeURIComponent(id)}/retry`, { method: 'POST' });
  return body;
}

interface ImportRequest {
  readonly type: 'catalog-import';
  readonly input: { readonly uploadKey: string; readonly mapping: Readonly<Record<string, string>> };
}

export type StartableJob = ImportRequest | ExportRequest;

/** The same `idempotencyKey` again answers with the first job instead of starting a second. */
export async function startJob(request: StartableJob, idempotencyKey: string): Promise<Job> {
  const { body } = await call<Job>('/api/jobs', { method: 'POST', body: request, headers: { 'idempotency-key': idempotencyKey } });
  return body;
}

export async function previewImport(uploadKey: string): Promise<ImportPreview> {
  const { body } = await call<ImportPreview>('/api/jobs/import-previews', { method: 'POST', body: { uploadKey } });
  return body;
}

/** Sends the file's bytes straight to S3 and returns the key to import it by; `onProgress` gets 0…1. */
export async function uploadFile(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<string> {
  const contentType = file.type === '' ? 'text/csv' : file.type;
  const { body } = await call<Upload>('/api/jobs/uploads', {
    method: 'POST',
    body: { fileName: file.name, contentType, sizeBytes: file.size },
    signal,
  });
  await putBytes(body, file, onProgress, signal);
  return body.uploadKey;
}

const SET_BY_BROWSER = new Set(['host', 'content-length']);

// XMLHttpRequest, because fetch cannot report how much of a body has been sent.
function putBytes(upload: Upload, file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> {
  const failed = (status: number) =>
    new ProblemError({ type: 'about:blank', title: `The file could not be uploaded (${status})`, status, code: 'UPLOAD_FAILED' });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers)) {
      if (!SET_BY_BROWSER.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => onProgress(event.total === 0 ? 1 : event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(failed(request.status)));
    request.onerror = () => reject(failed(0));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
