import type { SQSClient } from '@aws-sdk/client-sqs';
import { toBatches } from '../messages/batches.ts';
import type { Pace } from '../messages/pace.ts';
import { sendBatch } from '../messages/send-batch.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { OpenQueue } from './open-queues.ts';

export interface Tally {
  readonly sent: number;
  readonly failed: readonly { readonly id: string; readonly why: string }[];
  /** Not sent, because their hold had ended. */
  readonly lapsed: number;
  /** Sent, and still in the dead-letter queue. */
  readonly undeleted: number;
  /** What ended the work before its end. */
  readonly error?: Error;
}

export interface Courier {
  readonly sqs: SQSClient;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly onProgress: (count: number) => void;
}

/** Says that the message has been a dead letter: its consumer then looks for what it has written down about its failure. */
const REDRIVEN = { redriven: { DataType: 'String', StringValue: '1' } };

/** Batch by batch: hold, send, then delete what was sent. In any other order a crash would lose messages. Throws nothing that SQS answers. */
export async function redriveLetters({ sourceUrl, hold, letters }: OpenQueue, courier: Courier): Promise<Tally> {
  const tally = { sent: 0, failed: [] as { id: string; why: string }[], lapsed: 0, undeleted: 0 };
  if (sourceUrl === undefined) throw new Error('These dead letters cannot be sent back: they came from no queue.');
  try {
    const messages = letters.map((letter) => ({ ...letter, attributes: { ...letter.attributes, ...REDRIVEN } }));
    for (const batch of toBatches(messages, courier.pace.burst)) {
      if (courier.signal.aborted) break;
      await courier.pace.take(batch.length, courier.signal);
      const held = await hold.secure(batch.map(({ messageId }) => messageId));
      const { sent, failed, error } = await sendBatch<DeadLetter>(
        courier.sqs,
        sourceUrl,
        batch.filter(({ messageId }) => held.has(messageId)),
      );
      tally.sent += sent.length;
      tally.lapsed += batch.length - held.size;
      tally.failed.push(...failed.map(({ message, why }) => ({ id: message.id, why })));
      const left = await hold.remove(sent.map(({ messageId }) => messageId));
      tally.undeleted += left.length;
      if (error !== undefined) throw error;
      courier.onProgress(batch.length);
    }
    return tally;
  } catch (error) {
    return courier.signal.aborted ? tally : { ...tally, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
