import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '../logging/create-logger.ts';
import { type BackoffOptions, type Random, backoffMs } from '../time/backoff.ts';
import { type DeadLetter, type RedriveSettings, sendDeadLetter } from './dead-letter-queue.ts';
import type { Outcome } from './process-messages.ts';

/** Up to five minutes: an outage of half an hour stays below the deliveries after which the queue gives up. */
const RETRY_BACKOFF: BackoffOptions = { baseMs: 2_000, capMs: 300_000 };

export interface SettleOptions {
  readonly sqs: SQSClient;
  readonly settings: RedriveSettings;
  readonly logger: Logger;
}

export interface SettledMessage extends DeadLetter {
  readonly deliveryId: string;
  readonly attempt: number;
}

/**
 * Sends a message that is dead to the dead-letter queue. So is one that would be: after the queue's last delivery the queue itself moves it, and
 * then nobody says why.
 * @returns true when the message may be deleted
 */
export async function settleMessage(message: SettledMessage, outcome: Outcome | undefined, options: SettleOptions): Promise<boolean> {
  const { sqs, settings, logger } = options;
  if (outcome === undefined || outcome.kind === 'done') return outcome !== undefined;
  if (settings.deadLetterQueueUrl === undefined) return false;
  if (outcome.kind === 'retry' && message.attempt < settings.maxReceiveCount) return false;
  try {
    await sendDeadLetter(sqs, settings.deadLetterQueueUrl, message, outcome.failure);
    logger.error({ messageId: message.deliveryId, ...outcome.failure }, 'message was put into the dead-letter queue');
    return true;
  } catch (error) {
    logger.error({ err: error, messageId: message.deliveryId }, 'dead-letter queue cannot be reached; the message will come again');
    return false;
  }
}

/** How long a message stays hidden after a failure: at random, and longer with its attempts; never 0, which brings it straight back. */
export function retrySeconds(attempt: number, random?: Random): number {
  return Math.max(1, Math.ceil(backoffMs(attempt, RETRY_BACKOFF, random) / 1000));
}
