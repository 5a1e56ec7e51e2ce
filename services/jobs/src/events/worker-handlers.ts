import { type HandlerContext, isClientFault, toServiceError } from '@torii/chassis';
import type { Handlers, JobType } from '@torii/contracts';
import { interruptedBy } from '../domain/errors.ts';
import type { Attempt } from '../store/imports.ts';
import { failJob } from '../use-cases/fail-job.ts';
import { finishImport } from '../use-cases/finish-import.ts';
import { runExportSlice } from '../use-cases/run-export-slice.ts';
import { runImportSlice } from '../use-cases/run-import-slice.ts';
import type { SliceBudget, WorkerContext } from '../use-cases/worker-context.ts';

/** Deliveries after which a bug fails the job instead of being tried again; the message then becomes a dead letter. */
export const MAX_ATTEMPTS = 5;

/**
 * What the worker does with each command. Its work commits in transactions of its own, step by step; the transaction of the
 * message, open meanwhile, holds the claim on it: a second delivery waits, and then finds it done.
 */
export function createWorkerHandlers(context: WorkerContext, budget: SliceBudget): Handlers<'jobs-worker', HandlerContext> {
  const orFailImport = (job: Attempt, delivery: number, run: () => Promise<void>) =>
    orFail(delivery, run, failWith(context, job, 'catalog-import'));
  return {
    'jobs.run-import-slice.v1': ({ data }, { attempt }) => orFailImport(data, attempt, () => runImportSlice(context, data, budget)),
    'jobs.finish-import.v1': ({ data }, { attempt }) => orFailImport(data, attempt, () => finishImport(context, data)),
    'jobs.run-export-slice.v1': ({ data }, { attempt }) =>
      orFail(attempt, () => runExportSlice(context, data, budget), failWith(context, data, 'catalog-export')),
  };
}

/** A failure that makes the message a dead letter ends the job: an owner must not wait for work that nobody does any more. */
async function orFail(delivery: number, run: () => Promise<void>, fail: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (isFinal(error, delivery)) await fail();
    throw error;
  }
}

function failWith(context: WorkerContext, job: Attempt, type: JobType): () => Promise<void> {
  return () => failJob(context, job, interruptedBy(type));
}

/** As the chassis decides about the message. What is away comes again, and should it never be back, the job is found stalled. */
function isFinal(error: unknown, delivery: number): boolean {
  const known = toServiceError(error);
  return known === undefined ? delivery >= MAX_ATTEMPTS : isClientFault(known);
}
