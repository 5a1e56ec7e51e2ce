import { importTotals, jobId, jobRequest, jobStatus, jobType, reason, userId } from '@torii/contracts';
import { z } from 'zod';
import type { Job } from '../domain/job.ts';
import { toDatetimeText } from './datetime-text.ts';
import { jsonText, toJsonText } from './json-text.ts';

export const JOB_COLUMNS = [
  'id',
  'owner_id',
  'type',
  'status',
  'attempt',
  'version',
  'input',
  'progress_done',
  'progress_total',
  'progress_unit',
  'result',
  'rejects_key',
  'error',
  'created_at',
  'updated_at',
] as const;

const jobRow = z.object({
  id: jobId,
  owner_id: userId,
  type: jobType,
  status: jobStatus,
  attempt: z.number(),
  version: z.number(),
  input: jsonText.pipe(jobRequest.options[0].shape.input),
  progress_done: z.number(),
  progress_total: z.number().nullable(),
  progress_unit: z.literal('rows'),
  result: jsonText.pipe(importTotals.nullable()),
  rejects_key: z.string().nullable(),
  error: jsonText.pipe(reason.nullable()),
  created_at: z.date(),
  updated_at: z.date(),
});

export function parseJobRow(row: unknown): Job {
  const parsed = jobRow.parse(row);
  return {
    id: parsed.id,
    ownerId: parsed.owner_id,
    type: parsed.type,
    status: parsed.status,
    attempt: parsed.attempt,
    version: parsed.version,
    input: parsed.input,
    progress: { done: parsed.progress_done, total: parsed.progress_total, unit: parsed.progress_unit },
    result: parsed.result,
    rejectsKey: parsed.rejects_key,
    error: parsed.error,
    createdAt: parsed.created_at,
    updatedAt: parsed.updated_at,
  };
}

/** Column → value, in the order of `JOB_COLUMNS`. */
export function toJobValues(job: Job): Readonly<Record<(typeof JOB_COLUMNS)[number], unknown>> {
  return {
    id: job.id,
    owner_id: job.ownerId,
    type: job.type,
    status: job.status,
    attempt: job.attempt,
    version: job.version,
    input: toJsonText(job.input),
    progress_done: job.progress.done,
    progress_total: job.progress.total,
    progress_unit: job.progress.unit,
    result: toJsonText(job.result),
    rejects_key: job.rejectsKey,
    error: toJsonText(job.error),
    created_at: toDatetimeText(job.createdAt),
    updated_at: toDatetimeText(job.updatedAt),
  };
}
