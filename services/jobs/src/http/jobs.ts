import { fingerprintOf, type RouteResponse, withIdempotencyKey } from '@torii/chassis';
import type { Job as PresentedJob, JobPage, JobRequest, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { idempotencyKeyMissing } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import type { FileStore } from '../store/files.ts';
import type { JobsContext } from '../use-cases/context.ts';
import { getOwnUpload } from '../use-cases/inspect-upload.ts';
import type { JobList } from '../use-cases/list-jobs.ts';
import { requestExport } from '../use-cases/request-export.ts';
import { requestImport } from '../use-cases/request-import.ts';

/** As the contract promises. */
const LINK_EXPIRES_SECONDS = 60 * 60;

/** The job as its owner sees it; the link to its file is signed anew each time. */
export async function presentJob(files: FileStore, job: Job): Promise<PresentedJob> {
  const { id, type, status, progress, error } = job;
  const result = await presentResult(files, job);
  return { id, type, status, progress, result, error, createdAt: job.createdAt.toISOString(), updatedAt: job.updatedAt.toISOString() };
}

async function presentResult(files: FileStore, job: Job): Promise<PresentedJob['result']> {
  const { resultKey } = job;
  if (job.type === 'catalog-import') {
    const link = { fileName: `rejected-rows-${job.id}.csv`, expiresInSeconds: LINK_EXPIRES_SECONDS };
    return job.result === null ? null : { ...job.result, rejectsUrl: resultKey === null ? null : await files.presignGet(resultKey, link) };
  }
  if (job.result === null || resultKey === null) return null;
  const day = job.createdAt.toISOString().slice(0, 10);
  const link = { fileName: `catalog-${day}.${job.input.format}`, expiresInSeconds: LINK_EXPIRES_SECONDS };
  return { ...job.result, downloadUrl: await files.presignGet(resultKey, link) };
}

export async function presentJobs(files: FileStore, { jobs, nextCursor }: JobList): Promise<JobPage> {
  return { jobs: await Promise.all(jobs.map((job) => presentJob(files, job))), nextCursor };
}

/** What every answer to "do this" looks like: accepted, look there for what becomes of it. */
export async function presentAccepted(files: FileStore, job: Job, apiBasePath: string): Promise<RouteResponse> {
  return { status: 202, headers: { location: `${apiBasePath}/jobs/${job.id}` }, body: await presentJob(files, job) };
}

/**
 * A request repeated with its key gets the first answer, whatever has become of the job since.
 * @throws IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_REUSED, UPLOAD_NOT_FOUND, UPLOAD_TOO_LARGE, OWNER_DELETED
 */
export async function acceptJob(
  context: JobsContext,
  request: { readonly userId: UserId; readonly key: string | undefined; readonly body: JobRequest },
  apiBasePath: string,
): Promise<RouteResponse> {
  const { userId, key, body } = request;
  if (key === undefined) throw idempotencyKeyMissing();
  const accept = await prepare(context, userId, body);
  return withIdempotencyKey(context.database, { key, userId, fingerprint: fingerprintOf('POST', '/jobs', body) }, async (tx) =>
    presentAccepted(context.files, await accept(tx), apiBasePath),
  );
}

/** Looks at the upload before the transaction, which must not wait for S3. Refused inside, where a repetition has had its answer. */
async function prepare(context: JobsContext, ownerId: UserId, body: JobRequest): Promise<(tx: Transaction) => Promise<Job>> {
  if (body.type === 'catalog-export') return (tx) => requestExport(context, tx, { ownerId, input: body.input });
  const { input } = body;
  const [upload] = await Promise.allSettled([getOwnUpload(context.files, ownerId, input.uploadKey)]);
  return (tx) => {
    if (upload.status === 'rejected') throw upload.reason;
    return requestImport(context, tx, { ownerId, input, upload: upload.value });
  };
}
