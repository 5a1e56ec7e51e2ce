import { setTimeout as delay } from 'node:timers/promises';
import type { QueueName } from '@torii/contracts';
import type { Session } from '../cli/session.ts';
import { type DeadLetter, parseDeadLetter } from './dead-letter.ts';
import { type Hold, holdMessages } from './hold.ts';

/** Long enough to look through a dead-letter queue. */
const LOOK = { seconds: 30, limit: 10_000 };
/** Longer than what was given back stays invisible. */
const LOOK_AGAIN_MS = 2_000;

/**
 * Looks for dead letters of a queue, and gives them all back. Looks again while somebody else holds some: the wanted ones may be among them.
 * @param find undefined: they are not among these
 */
export async function lookThrough<T>(
  { target, screen, signal }: Session,
  queue: QueueName,
  find: (letters: readonly DeadLetter[], hold: Hold) => Promise<T | undefined>,
): Promise<T | undefined> {
  const options = { ...LOOK, sqs: target.sqs, queueUrl: await target.queueUrl(`${queue}-dlq`), signal };
  for (let looks = 1; ; looks += 1) {
    const hold = await holdMessages(options);
    try {
      const found = await find(
        hold.messages.map((message) => parseDeadLetter(queue, undefined, message)),
        hold,
      );
      if (found !== undefined) return found;
    } finally {
      await hold.release();
    }
    if (hold.depth.inFlight === 0) return undefined;
    if (looks === 1) screen.line(`Somebody holds messages of ${queue}-dlq; waiting until they are given back …`);
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}
