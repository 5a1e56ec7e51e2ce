import type { ImportTotals, JobId, JobRequest, JobStatus, JobType, Reason, UserId } from '@torii/contracts';
import { jobNotCancellable, jobNotRetryable } from './errors.ts';

export type JobInput = JobRequest['input'];

/** Long work of one owner. `version` grows with every change that is announced; `attempt` with every retry. */
export interface Job {
  readonly id: JobId;
  readonly ownerId: UserId;
  readonly type: JobType;
  readonly status: JobStatus;
  readonly attempt: number;
  readonly version: number;
  readonly input: JobInput;
  /** `total` is an estimate by bytes until the whole file has been read, then exact; null before the first rows. */
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: 'rows' };
  /** Null until the job has ended. */
  readonly result: ImportTotals | null;
  readonly rejectsKey: string | null;
  readonly error: Reason | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const NOT_BEGUN = { done: 0, total: null, unit: 'rows' } as const;

export function newJob(init: Pick<Job, 'id' | 'ownerId' | 'type' | 'input'> & { readonly now: Date }): Job {
  const { now, ...given } = init;
  return {
    ...given,
    status: 'queued',
    attempt: 1,
    version: 1,
    progress: NOT_BEGUN,
    result: null,
    rejectsKey: null,
    error: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** What every event about a job says. */
export function describeJob(job: Job) {
  return { jobId: job.id, jobType: job.type, ownerId: job.ownerId, attempt: job.attempt };
}

export function isActive(job: Job): boolean {
  return job.status === 'queued' || job.status === 'running';
}

export function startJob(job: Job, now: Date): Job {
  return change(job, now, { status: 'running' });
}

export function progressJob(job: Job, progress: { readonly done: number; readonly total: number | null }, now: Date): Job {
  return change(job, now, { progress: { ...progress, unit: 'rows' } });
}

export function completeJob(job: Job, outcome: { readonly totals: ImportTotals; readonly rejectsKey: string | null }, now: Date): Job {
  const rows = countRows(outcome.totals);
  const { totals: result, rejectsKey } = outcome;
  return change(job, now, { status: 'completed', result, rejectsKey, progress: { done: rows, total: rows, unit: 'rows' } });
}

/** What was applied before the failure stays applied, and is counted. */
export function failJob(job: Job, outcome: { readonly error: Reason; readonly totals: ImportTotals }, now: Date): Job {
  return change(job, now, { status: 'failed', error: outcome.error, result: countRows(outcome.totals) === 0 ? null : outcome.totals });
}

/** @throws JOB_NOT_CANCELLABLE */
export function cancelJob(job: Job, totals: ImportTotals, now: Date): Job {
  if (!isActive(job)) throw jobNotCancellable(job.id, job.status);
  return change(job, now, { status: 'cancelled', result: totals });
}

/** Rows that were on their way when the job was cancelled or failed still count. */
export function countLateRows(job: Job, totals: ImportTotals, now: Date): Job {
  return change(job, now, { result: totals, progress: { ...job.progress, done: countRows(totals) } });
}

/** @throws JOB_NOT_RETRYABLE */
export function retryJob(job: Job, now: Date): Job {
  if (job.status !== 'failed' && job.status !== 'cancelled') throw jobNotRetryable(job.id, job.status);
  return change(job, now, { status: 'queued', attempt: job.attempt + 1, progress: NOT_BEGUN, result: null, rejectsKey: null, error: null });
}

export function countRows(totals: ImportTotals): number {
  return totals.created + totals.updated + totals.unchanged + totals.rejected;
}

function change(job: Job, now: Date, fields: Partial<Job>): Job {
  return { ...job, ...fields, version: job.version + 1, updatedAt: now };
}
