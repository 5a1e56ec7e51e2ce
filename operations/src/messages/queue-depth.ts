import { setTimeout as delay } from 'node:timers/promises';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** All three are approximate in AWS, and right a minute after the last change. */
export interface QueueDepth {
  readonly visible: number;
  /** Held by somebody who received them: a consumer, or another operator. */
  readonly inFlight: number;
  readonly delayed: number;
}

const ATTRIBUTES = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;

export async function readDepth(sqs: SQSClient, queueUrl: string): Promise<QueueDepth> {
  const { Attributes: attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...ATTRIBUTES] }));
  const [visible = 0, inFlight = 0, delayed = 0] = ATTRIBUTES.map((name) => Number(attributes?.[name] ?? 0));
  return { visible, inFlight, delayed };
}

export function sumOf({ visible, inFlight, delayed }: QueueDepth): number {
  return visible + inFlight + delayed;
}

export interface DrainOptions {
  /** How long the queue must look empty before it is believed. */
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly onLook: (waiting: number) => void;
}

const LOOK_EVERY_MS = 250;
/** A queue that was filled a moment ago may look empty too: until something has been seen in it, it must look so for this many times as long. */
const UNSEEN_FACTOR = 3;

/**
 * Returns when the queue has looked empty for `settleMs`: nothing waits and nothing is being worked on. For longer when nothing has been seen
 * in it, as a consumer may have been faster than the first look, or the numbers are late. @throws AbortError
 */
export async function waitUntilDrained(sqs: SQSClient, queueUrl: string, { settleMs, signal, onLook }: DrainOptions): Promise<void> {
  let emptySince: number | undefined;
  let neededMs = settleMs * UNSEEN_FACTOR;
  for (;;) {
    const waiting = sumOf(await readDepth(sqs, queueUrl));
    onLook(waiting);
    if (waiting > 0) neededMs = settleMs;
    emptySince = waiting > 0 ? undefined : (emptySince ?? performance.now());
    if (emptySince !== undefined && performance.now() - emptySince >= neededMs) return;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
