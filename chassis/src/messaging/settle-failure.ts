import type { Consumer } from '@torii/contracts';
import type { Database } from '../database/connect-database.ts';
import type { Logger } from '../logging/create-logger.ts';
import { currentTraceId } from '../telemetry/spans.ts';
import type { Delivery } from './delivery.ts';
import { type Failure, type FailureRecord, recordFailure } from './failures.ts';
import type { Verdict } from './judge-failure.ts';

/** What becomes of a message that failed. A retry has its failure too, for the delivery that turns out to be the queue's last. */
export type FailedOutcome =
  | { readonly kind: 'dead'; readonly failure: Failure }
  | { readonly kind: 'retry'; readonly unavailable: boolean; readonly failure: Failure };

export interface FailedDelivery {
  readonly delivery: Delivery;
  /** What the inbox would know the message by; undefined when that cannot be read: then there is nothing to remember its failures by. */
  readonly messageId: string | undefined;
  /** The message's own, when the delivery has none. */
  readonly traceparent?: string | undefined;
}

interface FailureOptions {
  readonly consumer: Consumer;
  readonly database: Database;
  readonly logger: Logger;
}

/** Remembers the failure, as far as the database can be reached, and makes it what a dead letter tells. */
export async function settleFailure(verdict: Verdict, failed: FailedDelivery, options: FailureOptions): Promise<FailedOutcome> {
  const { consumer, database, logger } = options;
  const { messageId } = failed;
  if (messageId === undefined) return toOutcome(verdict, failed, consumer);
  try {
    return toOutcome(verdict, failed, consumer, await recordFailure(database.sequelize, { consumer, messageId }, verdict.error));
  } catch (error) {
    logger.warn({ err: error, messageId }, 'failure could not be recorded');
    return toOutcome(verdict, failed, consumer);
  }
}

/** @param record what is known of earlier failures */
export function toOutcome(verdict: Verdict, failed: FailedDelivery, consumer: Consumer, record?: FailureRecord): FailedOutcome {
  const { delivery, traceparent } = failed;
  const failure: Failure = {
    reason: verdict.reason,
    attempts: Math.max(record?.attempts ?? 0, delivery.attempt),
    firstError: record?.firstError ?? verdict.error,
    lastError: verdict.error,
    traceId: (delivery.traceparent ?? traceparent)?.split('-')[1] ?? currentTraceId(),
    consumer,
    failedAt: new Date().toISOString(),
  };
  return verdict.kind === 'dead' ? { kind: 'dead', failure } : { kind: 'retry', unavailable: verdict.unavailable, failure };
}
