// The two commands around a replay from nothing, which only operators send: one empties the projection, the other says that it is whole again.
import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { commands, type CommandType, type Envelope, type QueueName } from '@torii/contracts';
import type { Session } from '../cli/session.ts';
import { UsageError } from '../cli/usage-error.ts';

/** What empties what a queue's events built, what says that it is built again, and what waits between the two. */
const REBUILDS = {
  'jobs-projection-events': { begins: 'jobs.empty-projection.v1', ends: 'jobs.projection-rebuilt.v1', waiting: 'exports' },
} as const satisfies Partial<Record<QueueName, Pick<Rebuild, 'begins' | 'ends' | 'waiting'>>>;

export interface Rebuild {
  readonly begins: CommandType;
  readonly ends: CommandType;
  /** What the projection's readers do not answer meanwhile. */
  readonly waiting: string;
  /** Where both commands go. */
  readonly queue: QueueName;
}

/** @throws UsageError when nothing empties the projection of that queue */
export function getRebuild(queue: QueueName): Rebuild {
  const rebuild = new Map<string, Pick<Rebuild, 'begins' | 'ends' | 'waiting'>>(Object.entries(REBUILDS)).get(queue);
  if (rebuild === undefined)
    throw new UsageError(
      `${queue} cannot be built from nothing: no command empties what its events built. That can be done with ${Object.keys(REBUILDS).join(', ')}.`,
    );
  return { ...rebuild, queue: `${commands[rebuild.begins].owner}-commands` };
}

/** Once what was replayed has been handled. @param emptiedBy id of the command that began; the consumer ignores the end of another rebuild */
export async function endRebuild(session: Session, { ends, queue }: Rebuild, emptiedBy: string): Promise<void> {
  await sendCommand(session, queue, { id: randomUUID(), type: ends, data: { emptiedBy } });
  session.screen.line(`${ends} was sent to ${queue}.`);
}

export async function sendCommand(
  { target, now }: Session,
  queue: QueueName,
  { id, type, data }: { readonly id: string; readonly type: CommandType; readonly data: object },
): Promise<void> {
  const message: Envelope = {
    specversion: '1.0',
    id,
    source: '/torii/operator',
    type,
    subject: type,
    time: new Date(now()).toISOString(),
    datacontenttype: 'application/json',
    data,
  };
  const MessageAttributes = { type: { DataType: 'String', StringValue: type } };
  await target.sqs.send(
    new SendMessageCommand({ QueueUrl: await target.queueUrl(queue), MessageBody: JSON.stringify(message), MessageAttributes }),
  );
}
