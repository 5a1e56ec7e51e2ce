import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { maskPatterns } from '../logging/mask.ts';

// Every statement on message_failures. A failure is written outside the handler's transaction, which has been rolled back.

/** Beside the codes of errors, what `reason` of a dead letter may be; docs/errors.md explains each. */
export const DEAD_LETTER_REASONS = [
  'not-json',
  'not-an-envelope',
  'unknown-type',
  'not-for-this-consumer',
  'invalid-data',
  'claim-missing',
  'claim-foreign',
  'claim-too-large',
  'claim-not-json',
  'claim-unavailable',
  'attempts-exhausted',
] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Why a message went to the dead-letter queue; travels there as one JSON attribute named `failure`. */
export interface Failure {
  /** Code of the error that the handler threw, or one of `DEAD_LETTER_REASONS`. */
  readonly reason: string;
  /** Deliveries so far; those before a redrive count too. */
  readonly attempts: number;
  /** Masked, as `lastError` is. */
  readonly firstError: string;
  readonly lastError: string;
  readonly traceId: string | undefined;
  readonly consumer: string;
  /** ISO 8601, UTC. */
  readonly failedAt: string;
}

/** What the table knows of a message after a failure. */
export interface FailureRecord {
  readonly attempts: number;
  readonly firstError: string;
}

/** Characters of an error that are kept; the columns have this width. */
const MAX_ERROR_LENGTH = 1_000;

/** Message of an error without personal data, cut to what the table and a message attribute hold. */
export function describeError(error: unknown): string {
  const text =
    error instanceof Error ? (error.name === 'ServiceError' ? error.message : `${error.name}: ${error.message}`) : 'unknown error';
  return maskPatterns(text).slice(0, MAX_ERROR_LENGTH);
}

/** Counts a failure. @param lastError from `describeError` */
export async function recordFailure(
  sequelize: Sequelize,
  key: { readonly consumer: string; readonly messageId: string },
  lastError: string,
): Promise<FailureRecord> {
  const [row] = await sequelize.query<FailureRecord>(
    `INSERT INTO message_failures (consumer, message_id, attempts, first_error, last_error) VALUES (?, ?, 1, ?, ?)
     ON DUPLICATE KEY UPDATE attempts = attempts + 1, last_error = VALUES(last_error), last_failed_at = CURRENT_TIMESTAMP(3)
     RETURNING attempts, first_error AS firstError`,
    { type: QueryTypes.SELECT, replacements: [key.consumer, key.messageId, lastError, lastError] },
  );
  return row ?? { attempts: 1, firstError: lastError };
}

/** Forgets the failures of messages that have taken effect, in the transaction of that. */
export async function clearFailures(sequelize: Sequelize, tx: Transaction, consumer: string, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return;
  await sequelize.query('DELETE FROM message_failures WHERE consumer = ? AND message_id IN (?)', {
    transaction: tx,
    type: QueryTypes.DELETE,
    replacements: [consumer, messageIds],
  });
}
