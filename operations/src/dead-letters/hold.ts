// SQS has no way to look at a queue: who wants to see messages must receive them. A hold keeps them invisible to everybody else while
// they are looked at, prolongs that as long as it takes, and gives them back. A hold that ends by `kill -9` gives them back by itself
// when its time is up, so no message is lost; at worst one is seen twice.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type QueueDepth, readDepth } from '../messages/queue-depth.ts';

export interface HoldOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** How long messages stay invisible when this process is killed. */
  readonly seconds: number;
  /** Messages after which reading ends. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Hold {
  /** The queue as it was before it was read. */
  readonly depth: QueueDepth;
  /** Each message once, however often it was delivered. */
  readonly messages: readonly Message[];
  /** True when reading ended at the limit. */
  readonly hasMore: boolean;
  /** Ids of those that nobody else can get for long enough to work on them; prolongs where needed. */
  secure(messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deletes them; never throws. @returns the ids of those that could not be deleted */
  remove(messageIds: readonly string[]): Promise<readonly string[]>;
  /** Gives back these, or all that are still held; never throws, as they come back by themselves too. */
  release(messageIds?: readonly string[]): Promise<void>;
}

interface HeldMessage {
  receiptHandle: string;
  /** On this process's clock, from before the request that set it. */
  heldUntil: number;
}

const BATCH_SIZE = 10;
/** A long poll asks all servers of a queue; a short one may miss messages. */
const WAIT_SECONDS = 1;
/** Receive calls at once; a call gives ten messages at most. */
const READERS = 4;
/** Below it one reader is as fast. */
const MANY_MESSAGES = 40;
/** Empty answers until a queue that should hold more is believed to be at its end. */
const MISSES = 2;
/** Not 0, which hands them straight to whoever else reads the queue just now. */
const GIVE_BACK_SECONDS = 1;
const TRIES = 3;

/** Reads the queue to its end, or to the limit. @throws AbortError after giving everything back */
export async function holdMessages(options: HoldOptions): Promise<Hold> {
  const depth = await readDepth(options.sqs, options.queueUrl);
  const held = new Map<string, HeldMessage>();
  const messages: Message[] = [];
  const heartbeat = startHeartbeat(held, options);
  const release = async (messageIds: readonly string[] = [...held.keys()]): Promise<void> => {
    const given = messageIds.flatMap((id) => held.get(id) ?? []);
    for (const id of messageIds) held.delete(id);
    if (held.size === 0) heartbeat.stop();
    // A beat under way would hide again what is given back here.
    await heartbeat.settled();
    await changeVisibility(given, GIVE_BACK_SECONDS, options).catch(() => {});
  };
  try {
    const readers = depth.visible > MANY_MESSAGES ? READERS : 1;
    await Promise.all(Array.from({ length: readers }, () => readToEnd({ held, messages, expected: depth.visible }, options)));
  } catch (error) {
    await release();
    throw error;
  }
  if (held.size === 0) heartbeat.stop();
  return {
    depth,
    // Readers side by side may have got a few more; those are held, and given back with the others.
    messages: messages.slice(0, options.limit),
    hasMore: messages.length >= options.limit,
    secure: (messageIds) => secure(held, messageIds, options),
    remove: async (messageIds) => {
      const left = await removeMessages(held, messageIds, options);
      if (held.size === 0) heartbeat.stop();
      return left;
    },
    release,
  };
}

interface Reading {
  readonly held: Map<string, HeldMessage>;
  readonly messages: Message[];
  readonly expected: number;
}

async function readToEnd({ held, messages, expected }: Reading, options: HoldOptions): Promise<void> {
  for (let misses = 0; messages.length < options.limit && misses < (messages.length >= expected ? 1 : MISSES);) {
    options.signal.throwIfAborted();
    const heldUntil = performance.now() + options.seconds * 1_000;
    const received = await receive(options);
    // One that is known already was delivered again: its old receipt handle is worth nothing now.
    const fresh = received.filter(({ MessageId: id = '' }) => !held.has(id));
    for (const { MessageId: id = '', ReceiptHandle: receiptHandle = '' } of received) held.set(id, { receiptHandle, heldUntil });
    messages.push(...fresh);
    misses = fresh.length === 0 ? misses + 1 : 0;
  }
}

async function receive({ sqs, queueUrl, seconds }: HoldOptions): Promise<readonly Message[]> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      WaitTimeSeconds: WAIT_SECONDS,
      VisibilityTimeout: seconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return messages;
}

/** Prolongs everything three times as often as needed; what fails shows when it is secured. */
function startHeartbeat(held: Map<string, HeldMessage>, options: HoldOptions): { stop(): void; settled(): Promise<void> } {
  let beating: Promise<void> | undefined;
  const timer = setInterval(
    () => {
      beating ??= changeVisibility([...held.values()], options.seconds, options)
        .catch(() => {})
        .finally(() => {
          beating = undefined;
        });
    },
    (options.seconds * 1_000) / 3,
  );
  return { stop: () => clearInterval(timer), settled: async () => beating };
}

async function secure(held: Map<string, HeldMessage>, messageIds: readonly string[], options: HoldOptions): Promise<ReadonlySet<string>> {
  const isSafe = (id: string): boolean => (held.get(id)?.heldUntil ?? 0) > performance.now() + (options.seconds * 1_000) / 3;
  const late = messageIds.filter((id) => !isSafe(id)).flatMap((id) => held.get(id) ?? []);
  await changeVisibility(late, options.seconds, options);
  return new Set(messageIds.filter(isSafe));
}

async function changeVisibility(messages: readonly HeldMessage[], seconds: number, { sqs, queueUrl }: HoldOptions): Promise<void> {
  const chunks = chunk(messages);
  await Promise.all(
    Array.from({ length: READERS }, async (_none, lane) => {
      for (let at = lane; at < chunks.length; at += READERS) {
        const group = chunks[at] ?? [];
        const heldUntil = performance.now() + seconds * 1_000;
        const Entries = group.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }));
        const { Successful: done = [] } = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
        for (const { Id: index } of done) Object.assign(group[Number(index)] ?? {}, { heldUntil });
      }
    }),
  );
}

async function removeMessages(
  held: Map<string, HeldMessage>,
  messageIds: readonly string[],
  { sqs, queueUrl }: HoldOptions,
): Promise<readonly string[]> {
  const left = new Set(messageIds);
  for (let tries = 0; tries < TRIES && left.size > 0; tries += 1) {
    for (const ids of chunk([...left])) {
      const Entries = ids.map((id, index) => ({ Id: String(index), ReceiptHandle: held.get(id)?.receiptHandle ?? '' }));
      // A call that fails as a whole leaves its messages in the queue, which the caller is told like any other that is left.
      const { Successful: done } = await sqs
        .send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
        .catch(() => ({ Successful: undefined }));
      for (const { Id: index } of done ?? []) left.delete(ids[Number(index)] ?? '');
    }
  }
  for (const id of messageIds) if (!left.has(id)) held.delete(id);
  return [...left];
}

function chunk<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / BATCH_SIZE) }, (_none, at) => all.slice(at * BATCH_SIZE, (at + 1) * BATCH_SIZE));
}
