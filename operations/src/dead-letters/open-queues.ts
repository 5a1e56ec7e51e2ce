import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { QueueTopology } from '@torii/contracts';
import type { Session } from '../cli/session.ts';
import { explainAwsError } from '../target/explain-aws-error.ts';
import { type DeadLetter, parseDeadLetter } from './dead-letter.ts';
import { type Hold, holdMessages } from './hold.ts';

/** A dead-letter queue whose messages are held. */
export interface OpenQueue {
  readonly topology: QueueTopology;
  /** Where its messages came from. */
  readonly sourceUrl: string;
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
  queues: readonly QueueTopology[],
  options: ReadOptions,
  work: (open: readonly OpenQueue[]) => Promise<T>,
): Promise<T> {
  const opening = await Promise.allSettled(queues.map((topology) => openQueue(session, topology, options)));
  const open = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    const failed = opening.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return await work(open);
  } finally {
    await Promise.all(open.map(({ hold }) => hold.release()));
  }
}

async function openQueue({ target, signal }: Session, topology: QueueTopology, options: ReadOptions): Promise<OpenQueue> {
  const { name } = topology;
  try {
    const [sourceUrl, queueUrl] = await Promise.all([target.queueUrl(name), target.queueUrl(`${name}-dlq`)]);
    const maxReceiveCount = await readMaxReceiveCount(target.sqs, sourceUrl);
    const hold = await holdMessages({ sqs: target.sqs, queueUrl, seconds: options.holdSeconds, limit: options.limit, signal });
    const letters = hold.messages.map((message) => parseDeadLetter(name, maxReceiveCount, message));
    return { topology, sourceUrl, hold, letters: letters.toSorted((one, other) => one.diedAt - other.diedAt) };
  } catch (error) {
    if (signal.aborted) throw error;
    throw explainAwsError(error, `The dead letters of ${name} cannot be read in ${target.label}`);
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
