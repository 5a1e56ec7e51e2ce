// A projection begins from nothing: its empty command is sent, and history only after the command has had its effect. History that came
// before it would be erased, and the inbox would not let it in again.
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../cli/session.ts';
import { OperationError } from '../cli/usage-error.ts';
import { holdMessages } from '../dead-letters/hold.ts';
import { type DeadLetter, parseDeadLetter } from '../dead-letters/dead-letter.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import { waitUntilDrained } from '../messages/queue-depth.ts';
import { type Rebuild, sendCommand } from './rebuild-commands.ts';

/** Long enough to look through a dead-letter queue for one message. */
const LOOK = { seconds: 30, limit: 10_000 };
/** Longer than what was given back stays invisible. */
const LOOK_AGAIN_MS = 2_000;

/**
 * Sends the command and waits until it has been carried out. @param id of the command
 * @returns when it had been at the latest, epoch milliseconds
 * @throws OperationError when it became a dead letter, which is deleted: redriven one day, it would empty a projection that is whole
 */
export async function emptyProjection(session: Session, { begins, queue }: Rebuild, id: string): Promise<number> {
  const { target, screen, signal, now } = session;
  const queueUrl = await target.queueUrl(queue);
  await sendCommand(session, queue, { id, type: begins, data: {} });
  screen.line(`${begins} was sent to ${queue}; waiting until it has had its effect …`);
  await waitUntilDrained(target.sqs, queueUrl, { settleMs: target.settleMs, signal, onLook: () => {} });
  const emptiedAt = now();
  const letter = await takeDeadLetter(session, queue, id);
  if (letter !== undefined) throw explainDeath(session, letter);
  return emptiedAt;
}

type Taken = DeadLetter & { readonly isDeleted: boolean };

/** Looks again while somebody else holds dead letters of the queue: the wanted one may be among them. */
async function takeDeadLetter({ target, screen, signal }: Session, queue: Rebuild['queue'], id: string): Promise<Taken | undefined> {
  const options = { ...LOOK, sqs: target.sqs, queueUrl: await target.queueUrl(`${queue}-dlq`), signal };
  for (let looks = 1; ; looks += 1) {
    const hold = await holdMessages(options);
    try {
      const letter = hold.messages.map((message) => parseDeadLetter(queue, undefined, message)).find((each) => each.id === id);
      if (letter !== undefined) return { ...letter, isDeleted: (await hold.remove([letter.messageId])).length === 0 };
    } finally {
      await hold.release();
    }
    if (hold.depth.inFlight === 0) return undefined;
    if (looks === 1) screen.line(`Somebody holds messages of ${queue}-dlq; waiting until they are given back …`);
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

function explainDeath({ target }: Session, { queue, id, type, reason, failure, traceId, isDeleted }: Taken): OperationError {
  const why = failure?.lastError ?? failure?.error ?? 'its consumer ended at each delivery';
  return new OperationError(
    [
      `Nothing was replayed: ${type} became a dead letter (${maskText(reason)}: ${maskText(why)}).`,
      ...(traceId === undefined ? [] : [`Its trace: ${target.traceUrl(maskText(traceId))}`]),
      isDeleted
        ? 'It was deleted, so that nobody redrives it one day.'
        : `It could not be deleted. Nobody may redrive it: npm run dlq -- purge --queue ${queue} --id ${id}${target.words}`,
    ].join('\n'),
  );
}
