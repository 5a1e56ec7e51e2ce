import type { Consumer, Envelope } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import type { Database } from '../database/connect-database.ts';
import { ServiceError } from '../errors/service-error.ts';
import { toServiceError } from '../errors/to-service-error.ts';
import type { ConsumerStep, Failpoints } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { withCorrelation } from '../telemetry/correlation.ts';
import { withSpan } from '../telemetry/spans.ts';
import type { ClaimCheck } from './claim-check.ts';
import type { Delivery } from './delivery.ts';
import { clearFailures, describeError } from './failures.ts';
import { type Gathering, gatherBatches } from './gather-batches.ts';
import { claimMessages } from './inbox.ts';
import { type Verdict, judgeError, judgeInvalid } from './judge-failure.ts';
import { parseMessage } from './parse-message.ts';
import { type FailedDelivery, type FailedOutcome, settleFailure, toOutcome } from './settle-failure.ts';

/** `done` is acknowledged: it took effect now or earlier. A retry that is `unavailable` is not the message's fault; others would fail as well. */
export type Outcome = { readonly kind: 'done' } | FailedOutcome;

/** What a handler gets beside the message. Its effect belongs into `tx`: it commits together with the inbox row. */
export interface HandlerContext {
  readonly tx: Transaction;
  readonly logger: Logger;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** Runs behind the last handler of the batch and before its commit: what many messages do to one table can then be one statement. */
  beforeCommit(run: () => Promise<void>): void;
}

export type AnyHandler = (message: Envelope, context: HandlerContext) => Promise<void>;

export interface ProcessorOptions {
  readonly consumer: Consumer;
  readonly database: Database;
  readonly logger: Logger;
  readonly claims: ClaimCheck;
  readonly findHandler: (type: string) => AnyHandler | undefined;
  /** Deliveries after which a bug makes a message a dead letter. */
  readonly maxAttempts: number;
  /** Whether a replayed message takes effect again, once per replay. */
  readonly rebuildable: boolean;
  /** Whether batches that come while a transaction is under way share the next one. @default false */
  readonly sharesTransactions?: boolean;
  readonly failpoints?: Failpoints<ConsumerStep> | undefined;
}

interface Job {
  readonly delivery: Delivery;
  readonly message: Envelope;
  /** What the inbox knows the message by. */
  readonly inboxId: string;
}

const DONE: Outcome = { kind: 'done' };

/**
 * Handles a batch. All messages share one transaction, which is fastest; when one fails nothing of it is kept and each is
 * handled again in its own, so that a poison message cannot hold its neighbours back.
 */
export function createProcessor(options: ProcessorOptions): (deliveries: readonly Delivery[]) => Promise<ReadonlyMap<string, Outcome>> {
  const gathering =
    options.sharesTransactions === true ? gatherBatches((jobs: readonly Job[]) => handleTogether(jobs, options)) : undefined;
  return async (deliveries) => {
    const outcomes = new Map<string, Outcome>();
    const jobs: Job[] = [];
    const read = await Promise.all(deliveries.map(async (delivery) => ({ delivery, job: await readJob(delivery, options) })));
    for (const { delivery, job } of read) {
      if ('kind' in job) outcomes.set(delivery.deliveryId, job);
      else jobs.push(job);
    }
    const together = await tryTogether(jobs, gathering, options);
    for (const job of jobs)
      outcomes.set(
        job.delivery.deliveryId,
        together === 'done'
          ? DONE
          : together === 'apart'
            ? await handleAlone(job, options)
            : toRetry(together.error, job, options.consumer),
      );
    return outcomes;
  };
}

/** @returns what can be handled, or what becomes of a message that cannot be read */
async function readJob(delivery: Delivery, options: ProcessorOptions): Promise<Job | Outcome> {
  const isHandled = (type: string) => options.findHandler(type) !== undefined;
  try {
    const parsing = parseMessage(delivery.body, { isHandled, redeem: options.claims.redeem });
    const parsed = parsing instanceof Promise ? await parsing : parsing;
    if ('message' in parsed) {
      const { id } = parsed.message;
      const inboxId = options.rebuildable && delivery.replay !== undefined ? `${delivery.replay}:${id}` : id;
      return { delivery, message: parsed.message, inboxId };
    }
    const { invalid } = parsed;
    return await settleFailure(judgeInvalid(invalid), { delivery, messageId: invalid.id }, options);
  } catch (error) {
    // Only the claim is fetched from elsewhere. Few messages have one, so the others need not wait for S3.
    options.logger.warn({ err: error, deliveryId: delivery.deliveryId }, 'claim cannot be fetched now');
    const verdict: Verdict = { kind: 'retry', unavailable: false, reason: 'claim-unavailable', error: describeError(error) };
    return settleFailure(verdict, { delivery, messageId: undefined }, options);
  }
}

/** `apart`: one message failed for a reason of its own, and nothing was kept. The error: all would fail alike. */
type Together = 'done' | 'apart' | { readonly error: unknown };

/** A single message is handled alone, unless it can share the transaction of others. */
async function tryTogether(
  jobs: readonly Job[],
  gathering: Gathering<Job, Together> | undefined,
  options: ProcessorOptions,
): Promise<Together> {
  const isSingle = jobs.length <= 1;
  if (jobs.length === 0 || (isSingle && gathering?.isBusy !== true)) return 'apart';
  if (gathering === undefined) return handleTogether(jobs, options);
  const { outcome, isShared } = await gathering.run(jobs);
  // What failed may be in another batch.
  return outcome === 'apart' && isShared && !isSingle ? handleTogether(jobs, options) : outcome;
}

async function handleTogether(jobs: readonly Job[], options: ProcessorOptions): Promise<Together> {
  try {
    await handleInTransaction(jobs, options);
    return 'done';
  } catch (error) {
    // A database that is away would make each of them wait for its timeout in turn.
    const isAway = !(error instanceof ServiceError) && toServiceError(error)?.kind === 'unavailable';
    options.logger.warn({ err: error, messages: jobs.length, outcome: isAway ? 'retry' : 'apart' }, 'batch failed');
    return isAway ? { error } : 'apart';
  }
}

async function handleAlone(job: Job, options: ProcessorOptions): Promise<Outcome> {
  const { delivery, message } = job;
  return withCorrelation(correlationOf(message), () =>
    withSpan(`handle ${message.type}`, { kind: 'consumer', parent: traceparentOf(job), attributes: spanAttributes(job) }, async () => {
      try {
        await handleInTransaction([job], options);
        return DONE;
      } catch (error) {
        const verdict = judgeError(error, delivery.attempt, options.maxAttempts);
        const fields = { err: error, messageId: message.id, type: message.type, attempt: delivery.attempt, outcome: verdict.kind };
        if (verdict.kind === 'dead') options.logger.error(fields, 'message becomes a dead letter');
        else options.logger.warn(fields, 'message failed and will come again');
        return settleFailure(verdict, failedOf(job), options);
      }
    }),
  );
}

/** The database is away, so nothing is written. */
function toRetry(error: unknown, job: Job, consumer: Consumer): Outcome {
  return toOutcome(
    { kind: 'retry', unavailable: true, reason: 'attempts-exhausted', error: describeError(error) },
    failedOf(job),
    consumer,
  );
}

function failedOf({ delivery, message, inboxId }: Job): FailedDelivery {
  return { delivery, messageId: inboxId, traceparent: message.traceparent };
}

async function handleInTransaction(jobs: readonly Job[], options: ProcessorOptions): Promise<void> {
  const { database, consumer, logger } = options;
  await database.transaction(async (tx) => {
    const ids = jobs.map(({ inboxId }) => inboxId);
    const fresh = new Set(await claimMessages(database.sequelize, tx, consumer, ids));
    const runsLast: (() => Promise<void>)[] = [];
    const beforeCommit: HandlerContext['beforeCommit'] = (run) => void runsLast.push(run);
    for (const job of jobs) {
      // Deleting as we go: the same message may be in a batch twice.
      if (!fresh.delete(job.inboxId)) continue;
      await handleOne(job, { tx, logger, attempt: job.delivery.attempt, beforeCommit }, options, jobs.length > 1);
    }
    for (const run of runsLast) await run();
    const failedBefore = jobs.filter(({ delivery }) => delivery.attempt > 1 || delivery.isRedriven).map(({ inboxId }) => inboxId);
    await clearFailures(database.sequelize, tx, consumer, failedBefore);
    await options.failpoints?.beforeCommit?.();
  });
  await options.failpoints?.afterCommit?.();
}

async function handleOne(job: Job, handlerContext: HandlerContext, options: ProcessorOptions, inOwnSpan: boolean): Promise<void> {
  const handler = options.findHandler(job.message.type);
  if (handler === undefined) throw new Error(`Message ${job.message.type} has no handler.`);
  if (!inOwnSpan) return handler(job.message, handlerContext);
  await withCorrelation(correlationOf(job.message), () =>
    withSpan(`handle ${job.message.type}`, { kind: 'consumer', parent: traceparentOf(job), attributes: spanAttributes(job) }, () =>
      handler(job.message, handlerContext),
    ),
  );
}

function traceparentOf(job: Job): string | undefined {
  return job.delivery.traceparent ?? job.message.traceparent;
}

function correlationOf(message: Envelope): { readonly correlationId: string; readonly causationId: string } {
  return { correlationId: message.correlationid ?? message.id, causationId: message.id };
}

function spanAttributes(job: Job): Readonly<Record<string, string | number>> {
  return {
    'messaging.message.id': job.message.id,
    'messaging.message.type': job.message.type,
    'messaging.delivery.attempt': job.delivery.attempt,
  };
}
