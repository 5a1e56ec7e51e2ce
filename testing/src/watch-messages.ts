// Every message that the code under test puts on a topic or into a queue must be what its released contract says.
import { findCommand, findEvent, listQueues } from '@torii/contracts';
import type { Broker } from '@torii/local';
import { createReleasedValidator } from './released-contracts.ts';

export interface MessageWatch {
  /** Messages that a test writes itself are its own affair: some are wrong on purpose. */
  exempt(body: string): void;
  /** Of a message that went another way, such as to the bus. @param place where it was written, for errors */
  check(place: string, body: string): void;
  /** How many messages were checked. */
  readonly count: number;
  /** @throws Error that lists what breaks its contract */
  assertContracts(): void;
}

type Fault = string | undefined;

/** Watches what is written from now on. Dead letters are not watched: what is wrong belongs there. */
export function watchMessages(broker: Broker): MessageWatch {
  const exempt = new Set<string>();
  const faults = new Set<string>();
  const validate = createReleasedValidator();
  const watched = { count: 0 };
  const check = (place: string, body: string): void => {
    if (exempt.has(body)) return;
    watched.count += 1;
    const fault = findFault(body, { validate, claims: broker.objects });
    if (fault !== undefined) faults.add(`${place}: ${fault}`);
  };
  broker.onPublish(({ topicArn, body }) => check(topicArn.slice(topicArn.lastIndexOf(':') + 1), body));
  for (const { name, kind } of listQueues()) {
    // What is in a queue of events came through its topic.
    const queue = kind === 'commands' ? broker.queues.queuesByName.get(name) : undefined;
    if (queue === undefined) continue;
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      check(name, message.body);
      enqueue(message);
    };
  }
  return {
    exempt: (body) => exempt.add(body),
    check,
    get count() {
      return watched.count;
    },
    assertContracts: () => {
      if (faults.size === 0) return;
      throw new Error(`${faults.size} messages break their contracts:\n${[...faults].map((fault) => `- ${fault}`).join('\n')}`);
    },
  };
}

interface Tools {
  readonly validate: ReturnType<typeof createReleasedValidator>;
  readonly claims: Broker['objects'];
}

function findFault(body: string, { validate, claims }: Tools): Fault {
  const message = parseMessage(body);
  if (message === undefined) return 'a message is no JSON object';
  const { type } = message;
  const name = `${type} ${String(message['id'])}`;
  const outer = validate('envelope', message);
  if (outer.length > 0) return `${name}: ${outer.join('; ')}`;
  const roles = findRoleFault(type, String(message['source']));
  if (roles !== undefined) return `${name}: ${roles}`;
  const content = readData(message, claims);
  if ('missing' in content) return `${name}: its data is not at ${content.missing}`;
  const inner = validate(type, content.data);
  return inner.length > 0 ? `${name}: ${inner.join('; ')}` : undefined;
}

/** A message tells who wrote it, and only its publisher or one of its senders writes it. */
function findRoleFault(type: string, source: string): Fault {
  const writer = source.slice(source.lastIndexOf('/') + 1);
  const event = findEvent(type);
  if (event !== undefined) {
    if (event.upcast !== undefined) return `is retired; ${event.upcast.to} is written in its place`;
    return event.publisher === writer ? undefined : `is written by ${writer} and published by ${event.publisher} only`;
  }
  const senders: readonly string[] = findCommand(type)?.senders ?? [];
  return senders.length === 0 || senders.includes(writer) ? undefined : `is written by ${writer} and sent by ${senders.join(', ')} only`;
}

/** Data that was too large for the queue lies in the bucket, before the message is sent. */
function readData(
  message: Readonly<Record<string, unknown>>,
  claims: Tools['claims'],
): { readonly data: unknown } | { readonly missing: string } {
  const { data, dataref } = message;
  if (typeof dataref !== 'string') return { data };
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(dataref) ?? [];
  try {
    return { data: JSON.parse(claims.getObject(bucket, key).body.toString()) as unknown };
  } catch {
    return { missing: dataref };
  }
}

function parseMessage(body: string): (Readonly<Record<string, unknown>> & { readonly type: string }) | undefined {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null ? { ...message, type: String(Reflect.get(message, 'type')) } : undefined;
  } catch {
    return undefined;
  }
}
