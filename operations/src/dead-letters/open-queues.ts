import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Session } from '../cli/session.ts';
import { explainAwsError } from '../target/explain-aws-error.ts';
import { type DeadLetter, parseDeadLetter } from './dead-letter.ts';
import { type Hold, holdMessages } from './hold.ts';
import { type DeadLetterSource, SCHEDULES } from './queues.ts';

/** A dead-letter queue whose messages are held. */
export interface OpenQueue {
  readonly source: DeadLetterSource;
  /** Where its messages came from; undefined: from no queue. */
  readonly sourceUrl: string | undefined;
  readonly hold: Hold;
  readonly letters: readonly DeadLetter[];
}

export interface ReadOptions {
  /** How long messages stay invisible when the command is killed. */
  readonly holdSeconds: number;
  /** Messages read from one queue. */
  readonly limit: number;
}

/**
 * Reads the dead-letter queues, lends their messages to `work` and gives back what is left of them, however `work` ends.
 * @throws OperationError, AbortError
 */
export async function withDeadLetters<T>(
  session: Session,
  queues: readonly DeadLetterSource[],
  options: ReadOptions,
  work: (open: readonly OpenQueue[]) => Promise<T>,
): Promise<T> {
  const opening = await Promise.allSettled(queues.map((source) => openQueue(session, source, options)));
  const open = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    const failed = opening.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return await work(open);
  } finally {
    await Promise.all(open.map(({ hold }) => hold.release()));
  }
}

async function openQueue({ target, signal }: Session, source: DeadLetterSource, options: ReadOptions): Promise<OpenQueue> {
  try {
    const [sourceUrl, queueUrl] = await Promise.all([
      source === SCHEDULES ? undefined : target.queueUrl(source),
      target.queueUrl(`${source}-dlq`),
    ]);
    const maxReceiveCount = sourceUrl === undefined ? undefined : await readMaxReceiveCount(target.sqs, sourceUrl);
    const hold = await holdMessages({ sqs: target.sqs, queueUrl, seconds: options.holdSeconds, limit: options.limit, signal });
    const letters = hold.messages.map((message) => parseDeadLetter(source, maxReceiveCount, message));
    return { source, sourceUrl, hold, letters: letters.toSorted((one, other) => one.diedAt - other.diedAt) };
  } catch (error) {
    if (signal.aborted) throw error;
    throw explainAwsError(error, `The dead letters of ${source} cannot be read in ${target.label}`);
  }
}

async function readMaxReceiveCount(sqs: Session['target']['sqs'], queueUrl: string): Promise<number | undefined> {
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const policy: unknown = JSON.parse(attributes?.RedrivePolicy ?? '{}');
  const count: unknown = typeof policy === 'object' && policy !== null ? Reflect.get(policy, 'maxReceiveCount') : undefined;
  return count === undefined ? undefined : Number(count);
}
