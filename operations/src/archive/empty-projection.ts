// A projection begins from nothing: its empty command is sent, and history only after the command has had its effect. History that came
// before it would be erased, and the inbox would not let it in again.
import type { Session } from '../cli/session.ts';
import { OperationError } from '../cli/usage-error.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { lookThrough } from '../dead-letters/look-through.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import { waitUntilDrained } from '../messages/queue-depth.ts';
import { type Rebuild, sendCommand } from './rebuild-commands.ts';

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

async function takeDeadLetter(session: Session, queue: Rebuild['queue'], id: string): Promise<Taken | undefined> {
  return lookThrough(session, queue, async (letters, hold) => {
    const letter = letters.find((each) => each.id === id);
    return letter && { ...letter, isDeleted: (await hold.remove([letter.messageId])).length === 0 };
  });
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
