// A projection begins from nothing: its empty command is sent, and history only after the command has had its effect. History that came
// before it would be erased, and the inbox would not let it in again.
import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { commands, type CommandType, type Envelope, type QueueName } from '@torii/contracts';
import type { Session } from '../cli/session.ts';
import { OperationError, UsageError } from '../cli/usage-error.ts';
import { holdMessages } from '../dead-letters/hold.ts';
import { parseDeadLetter } from '../dead-letters/dead-letter.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import { waitUntilDrained } from '../messages/queue-depth.ts';

/** Which command empties what a queue's events built. */
const EMPTY_COMMANDS = { 'jobs-projection-events': 'jobs.empty-projection.v1' } as const satisfies Partial<Record<QueueName, CommandType>>;

export interface EmptyCommand {
  readonly type: CommandType;
  readonly queue: QueueName;
}

/** @throws UsageError when nothing empties the projection of that queue */
export function getEmptyCommand(queue: QueueName): EmptyCommand {
  const type = new Map<string, CommandType>(Object.entries(EMPTY_COMMANDS)).get(queue);
  if (type === undefined)
    throw new UsageError(
      `--from-nothing cannot be used with ${queue}: no command empties what its events built. It can with ${Object.keys(EMPTY_COMMANDS).join(', ')}.`,
    );
  return { type, queue: `${commands[type].owner}-commands` };
}

/** Long enough to look through a dead-letter queue for one message. */
const LOOK = { seconds: 30, limit: 10_000 };

/**
 * Sends the command and waits until it has been carried out. @returns when that was, epoch milliseconds
 * @throws OperationError when it became a dead letter
 */
export async function emptyProjection(session: Session, { type, queue }: EmptyCommand): Promise<number> {
  const { target, screen, signal, now } = session;
  const queueUrl = await target.queueUrl(queue);
  const message: Envelope = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/torii/operator',
    type,
    subject: type,
    time: new Date(now()).toISOString(),
    datacontenttype: 'application/json',
    data: {},
  };
  const attributes = { type: { DataType: 'String', StringValue: type } };
  await target.sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message), MessageAttributes: attributes }),
  );
  screen.line(`${type} was sent to ${queue}; waiting until it has had its effect …`);
  await waitUntilDrained(target.sqs, queueUrl, { settleMs: target.settleMs, signal, onLook: () => {} });
  const emptiedAt = now() - target.settleMs;
  await assertNotDead(session, { type, queue }, message.id);
  return emptiedAt;
}

async function assertNotDead({ target, signal }: Session, { type, queue }: EmptyCommand, id: string): Promise<void> {
  const hold = await holdMessages({ ...LOOK, sqs: target.sqs, queueUrl: await target.queueUrl(`${queue}-dlq`), signal });
  const letter = hold.messages.map((message) => parseDeadLetter(queue, undefined, message)).find((each) => each.id === id);
  await hold.release();
  if (letter === undefined) return;
  const why = letter.failure?.lastError ?? letter.failure?.error ?? 'its consumer ended at each delivery';
  throw new OperationError(
    `Nothing was replayed: ${type} became a dead letter (${maskText(letter.reason)}: ${maskText(why)}).\n` +
      `npm run dlq -- show --id ${id}${target.words} has the details.`,
  );
}
