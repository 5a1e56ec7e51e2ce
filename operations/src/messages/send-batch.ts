import { setTimeout as delay } from 'node:timers/promises';
import { type BatchResultErrorEntry, type SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Sendable } from './batches.ts';

export interface SendOutcome<T> {
  readonly sent: readonly T[];
  readonly failed: readonly { readonly message: T; readonly why: string }[];
  /** A call that failed as a whole: the messages in neither list may have been sent or not, which an inbox takes care of. */
  readonly error?: Error;
}

/** Tries of an entry that failed through no fault of its own. */
const MAX_TRIES = 4;
const PAUSE_MS = 200;

/**
 * Sends at most ten messages. A batch can succeed in part: entries that fail for SQS's own reasons are tried again, the others are
 * told of. Never throws: what was sent is known even when a later try ends it.
 */
export async function sendBatch<T extends Sendable>(sqs: SQSClient, queueUrl: string, messages: readonly T[]): Promise<SendOutcome<T>> {
  const sent: T[] = [];
  const failed: { message: T; why: string }[] = [];
  let waiting = messages;
  for (let tries = 1; waiting.length > 0; tries += 1) {
    const errors = await sendOnce(sqs, queueUrl, waiting).catch(toError);
    if (errors instanceof Error) return { sent, failed, error: errors };
    const again: T[] = [];
    for (const [index, message] of waiting.entries()) {
      const error = errors.get(String(index));
      if (error === undefined) sent.push(message);
      else if (error.SenderFault === true || tries === MAX_TRIES) failed.push({ message, why: explain(error) });
      else again.push(message);
    }
    waiting = again;
    if (waiting.length > 0) await delay(PAUSE_MS * 2 ** tries);
  }
  return { sent, failed };
}

async function sendOnce(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Sendable[],
): Promise<ReadonlyMap<string | undefined, BatchResultErrorEntry>> {
  const Entries = messages.map(({ body, attributes }, index) => ({
    Id: String(index),
    MessageBody: body,
    MessageAttributes: { ...attributes },
  }));
  const { Failed: errors = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return new Map(errors.map((error) => [error.Id, error]));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function explain({ Code: code = 'unknown error', Message: message }: BatchResultErrorEntry): string {
  return message === undefined ? code : `${code}: ${message}`;
}
