import { toSqlInstant } from '@torii/chassis';
import { exportInput, exportTotals, importTotals, jobId, jobRequest, jobStatus, reason, userId } from '@torii/contracts';
import { z } from 'zod';
import type { Job } from '../domain/job.ts';
import { jsonText, toJsonText } from './json-text.ts';

export const JOB_COLUMNS = [
  'id',
  'owner_id',
  'type',
  'status',
  'attempt',
  'version',
  'resumes',
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

const common = {
  id: jobId,
  owner_id: userId.nullable(),
  status: jobStatus,
  attempt: z.number(),
  version: z.number(),
  resumes: z.number(),
  progress_done: z.number(),
  progress_total: z.number().nullable(),
  progress_unit: z.literal('rows'),
  rejects_key: z.string().nullable(),
  error: jsonText.pipe(reason.nullable()),
  created_at: z.date(),
  updated_at: z.date(),
};

const jobRow = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('catalog-import'),
    input: jsonText.pipe(jobRequest.options[0].shape.input),
    result: jsonText.pipe(importTotals.nullable()),
  }),
  z.object({
    ...common,
    type: z.literal('catalog-export'),
    input: jsonText.pipe(exportInput),
    result: jsonText.pipe(exportTotals.nullable()),
  }),
]);

export function parseJobRow(row: unknown): Job {
  const parsed = jobRow.parse(row);
  const shared = {
    id: parsed.id,
    ownerId: parsed.owner_id,
    status: parsed.status,
    attempt: parsed.attempt,
    version: parsed.version,
    resumes: parsed.resumes,
    progress: { done: parsed.progress_done, total: parsed.progress_total, unit: parsed.progress_unit },
    // Named when imports were the only jobs.
    resultKey: parsed.rejects_key,
    error: parsed.error,
    createdAt: parsed.created_at,
    updatedAt: parsed.updated_at,
  };
  if (parsed.type === 'catalog-import') return { ...shared, type: parsed.type, input: parsed.input, result: parsed.result };
  return { ...shared, type: parsed.type, input: parsed.input, result: parsed.result };
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
    resumes: job.resumes,
    input: toJsonText(job.input),
    progress_done: job.progress.done,
    progress_total: job.progress.total,
    progress_unit: job.progress.unit,
    result: toJsonText(job.result),
    rejects_key: job.resultKey,
    error: toJsonText(job.error),
    created_at: toSqlInstant(job.createdAt),
    updated_at: toSqlInstant(job.updatedAt),
  };
}
