import type { Consumer, Envelope } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import type { Database } from '../database/connect-database.ts';
import { ServiceError, isClientFault } from '../errors/service-error.ts';
import { toServiceError } from '../errors/to-service-error.ts';
import type { Failpoints } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { withCorrelation } from '../telemetry/correlation.ts';
import { currentTraceId, withSpan } from '../telemetry/spans.ts';
import { claimMessages } from './inbox.ts';
import { parseMessage } from './parse-message.ts';

/** One delivery of a message. */
export interface Delivery {
  /** Unique in its batch. */
  readonly deliveryId: string;
  readonly body: string | undefined;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** From the message attributes; the envelope's own is used when it is absent. */
  readonly traceparent: string | undefined;
}

/** Why a message went to the dead-letter queue; travels there as one JSON attribute named `failure`. */
export interface Failure {
  readonly reason: string;
  readonly attempts: number;
  readonly error: string;
  readonly traceId: string | undefined;
}

/** `done` is acknowledged: it took effect now or earlier. `unavailable`: not the message's fault, others would fail as well. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'dead'; readonly failure: Failure }
  | { readonly kind: 'retry'; readonly unavailable: boolean };

/** What a handler gets beside the message. Its effect belongs into `tx`: it commits together with the inbox row. */
export interface HandlerContext {
  readonly tx: Transaction;
  readonly logger: Logger;
  /** 1 for the first delivery. */
  readonly attempt: number;
}

export type AnyHandler = (message: Envelope, context: HandlerContext) => Promise<void>;

export interface ProcessorOptions {
  readonly consumer: Consumer;
  readonly database: Database;
  readonly logger: Logger;
  readonly findHandler: (type: string) => AnyHandler | undefined;
  /** Deliveries after which a bug makes a message a dead letter. */
  readonly maxAttempts: number;
  readonly failpoints?: Failpoints<'beforeCommit' | 'afterCommit'> | undefined;
}

interface Job {
  readonly delivery: Delivery;
  readonly message: Envelope;
}

const DONE: Outcome = { kind: 'done' };

/**
 * Handles a batch. All messages share one transaction, which is fastest; when one fails nothing of it is kept and each is
 * handled again in its own, so that a poison message cannot hold its neighbours back.
 */
export function createProcessor(options: ProcessorOptions): (deliveries: readonly Delivery[]) => Promise<ReadonlyMap<string, Outcome>> {
  return async (deliveries) => {
    const outcomes = new Map<string, Outcome>();
    const jobs: Job[] = [];
    for (const delivery of deliveries) {
      const parsed = parseMessage(delivery.body, (type) => options.findHandler(type) !== undefined);
      if ('message' in parsed) jobs.push({ delivery, message: parsed.message });
      else outcomes.set(delivery.deliveryId, toDead(parsed.invalid.reason, parsed.invalid.error, delivery));
    }
    const together = jobs.length > 1 ? await handleTogether(jobs, options) : 'apart';
    for (const job of jobs) outcomes.set(job.delivery.deliveryId, together === 'apart' ? await handleAlone(job, options) : together);
    return outcomes;
  };
}

/** @returns the outcome of all; `apart` when one message failed for a reason of its own, and nothing was kept */
async function handleTogether(jobs: readonly Job[], options: ProcessorOptions): Promise<Outcome | 'apart'> {
  try {
    await handleInTransaction(jobs, options);
    return DONE;
  } catch (error) {
    // A database that is away would make each of them wait for its timeout in turn.
    const isAway = !(error instanceof ServiceError) && toServiceError(error)?.kind === 'unavailable';
    options.logger.warn({ err: error, messages: jobs.length, outcome: isAway ? 'retry' : 'apart' }, 'batch failed');
    return isAway ? { kind: 'retry', unavailable: true } : 'apart';
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
        const outcome = decideOutcome(error, delivery, options.maxAttempts);
        const fields = { err: error, messageId: message.id, type: message.type, attempt: delivery.attempt, outcome: outcome.kind };
        if (outcome.kind === 'dead') options.logger.error(fields, 'message becomes a dead letter');
        else options.logger.warn(fields, 'message failed and will come again');
        return outcome;
      }
    }),
  );
}

/** Client-fault kinds can never succeed; what is unavailable comes back; a bug may be a passing one, so it is tried a while. */
function decideOutcome(error: unknown, delivery: Delivery, maxAttempts: number): Outcome {
  const known = toServiceError(error);
  if (known !== undefined && isClientFault(known)) return toDead(known.code, known.message, delivery);
  if (known === undefined && delivery.attempt >= maxAttempts)
    return toDead('attempts-exhausted', error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error', delivery);
  return { kind: 'retry', unavailable: known?.kind === 'unavailable' };
}

async function handleInTransaction(jobs: readonly Job[], options: ProcessorOptions): Promise<void> {
  const { database, consumer, logger } = options;
  await database.transaction(async (tx) => {
    const fresh = new Set(
      await claimMessages(
        database.sequelize,
        tx,
        consumer,
        jobs.map(({ message }) => message.id),
      ),
    );
    for (const job of jobs) {
      // Deleting as we go: the same message may be in a batch twice.
      if (!fresh.delete(job.message.id)) continue;
      await handleOne(job, { tx, logger, attempt: job.delivery.attempt }, options, jobs.length > 1);
    }
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

function toDead(reason: string, error: string, delivery: Delivery): Outcome {
  return {
    kind: 'dead',
    failure: { reason, attempts: delivery.attempt, error, traceId: delivery.traceparent?.split('-')[1] ?? currentTraceId() },
  };
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
