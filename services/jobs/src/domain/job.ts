import type { ExportTotals, ImportTotals, JobId, JobRequest, JobStatus, JobType, Reason, UserId } from '@torii/contracts';
import { jobNotCancellable, jobNotRetryable } from './errors.ts';

type InputOf<T extends JobType> = Extract<JobRequest, { type: T }>['input'];

/** Long work. `version` grows with every change that is announced; `attempt` with every retry. */
interface AnyJob<T extends JobType, Totals> {
  readonly id: JobId;
  /** Null for work of the platform itself: nobody sees it through the API. */
  readonly ownerId: UserId | null;
  readonly type: T;
  readonly status: JobStatus;
  readonly attempt: number;
  readonly version: number;
  /** How often its lease ran out in this attempt. */
  readonly resumes: number;
  readonly input: InputOf<T>;
  /** Of an import, `total` is an estimate by bytes until the whole file has been read, then exact; null before the first rows. */
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: 'rows' };
  /** Null until the job has ended. */
  readonly result: Totals | null;
  /** The file that was made: rejected rows of an import, items of an export. Null until there is one. */
  readonly resultKey: string | null;
  readonly error: Reason | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ImportJob = AnyJob<'catalog-import', ImportTotals>;
export type ExportJob = AnyJob<'catalog-export', ExportTotals>;
export type Job = ImportJob | ExportJob;

const NOT_BEGUN = { done: 0, total: null, unit: 'rows' } as const;

interface NewJob {
  readonly id: JobId;
  readonly ownerId: UserId | null;
  readonly now: Date;
}

export function newImport(init: NewJob, input: ImportJob['input']): ImportJob {
  return { ...newJob(init), type: 'catalog-import', input, result: null };
}

export function newExport(init: NewJob, input: ExportJob['input']): ExportJob {
  return { ...newJob(init), type: 'catalog-export', input, result: null };
}

function newJob({ id, ownerId, now }: NewJob) {
  return {
    id,
    ownerId,
    status: 'queued',
    attempt: 1,
    version: 1,
    resumes: 0,
    progress: NOT_BEGUN,
    resultKey: null,
    error: null,
    createdAt: now,
    updatedAt: now,
  } as const;
}

/** What every event about a job says. */
export function describeJob(job: Job) {
  return { jobId: job.id, jobType: job.type, ownerId: job.ownerId, attempt: job.attempt };
}

/** What the log tells of a job that is done. The time runs from the request: waiting and retries are part of it. */
export function describeCompletion(job: Job) {
  const rejected = job.type === 'catalog-import' ? { rejectedRows: job.result?.rejected ?? 0 } : {};
  const durationMs = Math.max(1, job.updatedAt.getTime() - job.createdAt.getTime());
  return { ...nameJob(job), rows: job.progress.done, ...rejected, durationMs };
}

/** What the log tells of a job that has failed. Not the message: it may quote the file. */
export function describeFailure(job: Job, { code }: Reason) {
  return { ...nameJob(job), code };
}

/** By the fields that the log lake finds it by. */
function nameJob({ id: jobId, type: jobType, ownerId }: Job) {
  return { jobId, jobType, ...(ownerId === null ? {} : { userId: ownerId }) };
}

/** Imports are people's; one without an owner is a bug. */
export function ownerOf(job: ImportJob): UserId {
  if (job.ownerId === null) throw new Error(`Import ${job.id} cannot go on: it has no owner.`);
  return job.ownerId;
}

export function isActive(job: Job): boolean {
  return job.status === 'queued' || job.status === 'running';
}

export function startJob<J extends Job>(job: J, now: Date, total: number | null = null): J {
  return change(job, now, { status: 'running', progress: { ...job.progress, total } });
}

export function progressJob<J extends Job>(job: J, progress: { readonly done: number; readonly total: number | null }, now: Date): J {
  return change(job, now, { progress: { ...progress, unit: 'rows' } });
}

export function completeImport(
  job: ImportJob,
  outcome: { readonly totals: ImportTotals; readonly rejectsKey: string | null },
  now: Date,
): ImportJob {
  const rows = countRows(outcome.totals);
  const { totals: result, rejectsKey: resultKey } = outcome;
  return { ...change(job, now, { status: 'completed', resultKey, progress: { done: rows, total: rows, unit: 'rows' } }), result };
}

export function completeExport(job: ExportJob, outcome: { readonly totals: ExportTotals; readonly fileKey: string }, now: Date): ExportJob {
  const { totals: result, fileKey: resultKey } = outcome;
  const progress = { done: result.rows, total: result.rows, unit: 'rows' } as const;
  return { ...change(job, now, { status: 'completed', resultKey, progress }), result };
}

/** What was applied before the failure stays applied, and is counted. */
export function failImport(job: ImportJob, outcome: { readonly error: Reason; readonly totals: ImportTotals }, now: Date): ImportJob {
  const result = countRows(outcome.totals) === 0 ? null : outcome.totals;
  return { ...change(job, now, { status: 'failed', error: outcome.error }), result };
}

/** Half a file is of no use, so nothing of it is shown. */
export function failExport(job: ExportJob, error: Reason, now: Date): ExportJob {
  return change(job, now, { status: 'failed', error });
}

/** @throws JOB_NOT_CANCELLABLE */
export function cancelImport(job: ImportJob, totals: ImportTotals, now: Date): ImportJob {
  return { ...cancelJob(job, now), result: totals };
}

/** @throws JOB_NOT_CANCELLABLE */
export function cancelJob<J extends Job>(job: J, now: Date): J {
  if (!isActive(job)) throw jobNotCancellable(job.id, job.status);
  return change(job, now, { status: 'cancelled' });
}

/** Rows that were on their way when the job was cancelled or failed still count. */
export function countLateRows(job: ImportJob, totals: ImportTotals, now: Date): ImportJob {
  return { ...change(job, now, { progress: { ...job.progress, done: countRows(totals) } }), result: totals };
}

/** @throws JOB_NOT_RETRYABLE */
export function retryJob<J extends Job>(job: J, now: Date): J {
  if (job.status !== 'failed' && job.status !== 'cancelled') throw jobNotRetryable(job.id, job.status);
  return change(job, now, {
    status: 'queued',
    attempt: job.attempt + 1,
    resumes: 0,
    progress: NOT_BEGUN,
    result: null,
    resultKey: null,
    error: null,
  });
}

/** Nobody is told, so the version stays. */
export function resumeJob<J extends Job>(job: J): J {
  return { ...job, resumes: job.resumes + 1 };
}

/** Waits for something that will come: that is no resume in vain, however often. */
export function waitJob<J extends Job>(job: J): J {
  return { ...job, resumes: 0 };
}

export function countRows(totals: ImportTotals): number {
  return totals.created + totals.updated + totals.unchanged + totals.rejected;
}

type Change = Partial<Pick<Job, 'status' | 'attempt' | 'resumes' | 'progress' | 'resultKey' | 'error'> & { readonly result: null }>;

function change<J extends Job>(job: J, now: Date, fields: Change): J {
  return { ...job, ...fields, version: job.version + 1, updatedAt: now };
}
