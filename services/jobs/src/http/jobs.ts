import { fingerprintOf, type RouteResponse, withIdempotencyKey } from '@torii/chassis';
import type { Job as PresentedJob, JobPage, JobRequest, UserId } from '@torii/contracts';
import { idempotencyKeyMissing } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import type { FileStore } from '../store/files.ts';
import type { JobsContext } from '../use-cases/context.ts';
import { getOwnUpload } from '../use-cases/inspect-upload.ts';
import type { JobList } from '../use-cases/list-jobs.ts';
import { requestJob } from '../use-cases/request-job.ts';

/** As the contract promises. */
const REJECTS_EXPIRES_SECONDS = 60 * 60;

/** The job as its owner sees it; the link to its rejected rows is signed anew each time. */
export async function presentJob(files: FileStore, job: Job): Promise<PresentedJob> {
  const { id, type, status, progress, error } = job;
  const result = job.result === null ? null : { ...job.result, rejectsUrl: await presentRejects(files, job) };
  return { id, type, status, progress, result, error, createdAt: job.createdAt.toISOString(), updatedAt: job.updatedAt.toISOString() };
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
  // Looked at before the transaction, which must not wait for S3; refused inside, where a repetition has had its answer.
  const [upload] = await Promise.allSettled([getOwnUpload(context.files, userId, body.input.uploadKey)]);
  return withIdempotencyKey(context.database, { key, userId, fingerprint: fingerprintOf('POST', '/jobs', body) }, async (tx) => {
    if (upload.status === 'rejected') throw upload.reason;
    const job = await requestJob(context, tx, { ownerId: userId, request: body, upload: upload.value });
    return presentAccepted(context.files, job, apiBasePath);
  });
}

async function presentRejects(files: FileStore, { id, rejectsKey }: Job): Promise<string | null> {
  if (rejectsKey === null) return null;
  return files.presignGet(rejectsKey, { fileName: `rejected-rows-${id}.csv`, expiresInSeconds: REJECTS_EXPIRES_SECONDS });
}
