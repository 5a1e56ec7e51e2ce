import { setTimeout as delay } from 'node:timers/promises';
import { ChangeMessageVisibilityBatchCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { Consumer as ConsumerName, Handlers, QueueName } from '@torii/contracts';
import { Consumer as SqsConsumer } from 'sqs-consumer';
import type { Database } from '../database/connect-database.ts';
import type { Failpoints } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { backoffMs, type Random } from '../time/backoff.ts';
import { type QueueSettings, readQueueSettings, sendDeadLetter } from './dead-letter-queue.ts';
import { findHandlerOf } from './find-handler.ts';
import { type PollPause, createPollPause } from './poll-pause.ts';
import { type HandlerContext, type Outcome, createProcessor } from './process-messages.ts';
import { toDelivery } from './to-delivery.ts';

export interface ConsumerOptions<C extends ConsumerName> {
  readonly consumer: C;
  readonly queue: QueueName;
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  /** One function per message type of the topology; a missing one does not compile. */
  readonly handlers: Handlers<C, HandlerContext>;
  readonly database: Database;
  readonly logger: Logger;
  /** Batches handled at once. @default 4 */
  readonly concurrency?: number;
  /** Deliveries after which a bug makes a message a dead letter; at most the queue's own `maxReceiveCount`. @default 5 */
  readonly maxAttempts?: number;
  /** Long poll; also the longest that `stop` waits for an idle queue. @default 5 */
  readonly waitTimeSeconds?: number;
  readonly random?: Random;
  readonly failpoints?: Failpoints<'beforeCommit' | 'afterCommit'>;
}

export interface QueueConsumer {
  start(): Promise<void>;
  /** Takes no new message and finishes those it has; nothing is aborted, so nothing is delivered again. */
  stop(): Promise<void>;
}

const BATCH_SIZE = 10;
const DEFAULT_CONCURRENCY = 4;
const DEFAULT_MAX_ATTEMPTS = 5;
/** Long enough to cost little when idle, short enough for a shutdown. */
const DEFAULT_WAIT_SECONDS = 5;
/** When the queue cannot be reached. */
const RECEIVE_RETRY_MS = 1_000;
const RETRY_BACKOFF = { baseMs: 2_000, capMs: 300_000 };
/** Between polls while a dependency is away. */
const PAUSE_BACKOFF = { baseMs: 500, capMs: 15_000 };
const DRAIN_CHECK_MS = 20;

/**
 * Takes messages from one queue. A message is acknowledged only after its transaction commits; it takes effect once,
 * however often it is delivered.
 */
export function createConsumer<C extends ConsumerName>(options: ConsumerOptions<C>): QueueConsumer {
  const pause = createPollPause(PAUSE_BACKOFF);
  let pollers: readonly SqsConsumer[] = [];
  return {
    start: async () => {
      const settings = await readQueueSettings(options.sqs, options.queueUrl);
      const handleBatch = createBatchHandler(options, settings, pause);
      const count = options.concurrency ?? DEFAULT_CONCURRENCY;
      pollers = Array.from({ length: count }, () => createPoller(options, { settings, pause, handleBatch }));
      for (const poller of pollers) poller.start();
    },
    stop: async () => {
      for (const poller of pollers) poller.stop();
      pause.end();
      // `stopped` is emitted before the last batch is done, so the pollers are asked.
      while (pollers.some(({ status }) => status.isPolling)) await delay(DRAIN_CHECK_MS);
      pollers = [];
    },
  };
}

type BatchHandler = (messages: readonly Message[]) => Promise<Message[]>;

/** @returns a function that gives back the messages to delete: `undefined`, which sqs-consumer also takes, deletes nothing */
function createBatchHandler<C extends ConsumerName>(options: ConsumerOptions<C>, settings: QueueSettings, pause: PollPause): BatchHandler {
  const process = createProcessor({
    ...options,
    maxAttempts: Math.min(options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS, settings.maxReceiveCount),
    findHandler: findHandlerOf(options.handlers),
  });
  return async (messages) => {
    const outcomes = await process(messages.map(toDelivery));
    const settled = await Promise.all(
      messages.map(async (message) => ({
        message,
        acknowledged: await settle(message, outcomes.get(message.MessageId ?? ''), options, settings),
      })),
    );
    const isAway = [...outcomes.values()].some((outcome) => outcome.kind === 'retry' && outcome.unavailable);
    if (isAway) pause.lengthen();
    else pause.end();
    await postpone(
      settled.filter(({ acknowledged }) => !acknowledged).map(({ message }) => message),
      options,
    );
    return settled.filter(({ acknowledged }) => acknowledged).map(({ message }) => message);
  };
}

function createPoller<C extends ConsumerName>(
  options: ConsumerOptions<C>,
  { settings, pause, handleBatch }: { readonly settings: QueueSettings; readonly pause: PollPause; readonly handleBatch: BatchHandler },
): SqsConsumer {
  const poller = SqsConsumer.create({
    queueUrl: options.queueUrl,
    sqs: options.sqs,
    batchSize: BATCH_SIZE,
    waitTimeSeconds: options.waitTimeSeconds ?? DEFAULT_WAIT_SECONDS,
    visibilityTimeout: settings.visibilityTimeoutSeconds,
    // A third: two heartbeats may be lost before a message that is being handled is delivered again.
    heartbeatInterval: Math.max(1, Math.floor(settings.visibilityTimeoutSeconds / 3)),
    messageAttributeNames: ['All'],
    messageSystemAttributeNames: ['ApproximateReceiveCount'],
    authenticationErrorTimeout: RECEIVE_RETRY_MS,
    preReceiveMessageCallback: pause.wait,
    handleMessageBatch: handleBatch,
  });
  poller.on('error', (error) => options.logger.warn({ err: error, queue: options.queue }, 'queue operation failed'));
  return poller;
}

/** @returns true when the message may be deleted */
async function settle<C extends ConsumerName>(
  message: Message,
  outcome: Outcome | undefined,
  options: ConsumerOptions<C>,
  settings: QueueSettings,
): Promise<boolean> {
  if (outcome?.kind !== 'dead') return outcome?.kind === 'done';
  if (settings.deadLetterQueueUrl === undefined) return false;
  try {
    await sendDeadLetter(options.sqs, settings.deadLetterQueueUrl, message, outcome.failure);
    options.logger.error(
      { messageId: message.MessageId, queue: options.queue, ...outcome.failure },
      'message was put into the dead-letter queue',
    );
    return true;
  } catch (error) {
    options.logger.error({ err: error, queue: options.queue }, 'dead-letter queue cannot be reached; the message will come again');
    return false;
  }
}

/** Hides each message for a random while that grows with its attempts; never 0, which brings it straight back. */
async function postpone<C extends ConsumerName>(messages: readonly Message[], options: ConsumerOptions<C>): Promise<void> {
  if (messages.length === 0) return;
  const entries = messages.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
    VisibilityTimeout: Math.max(1, Math.ceil(backoffMs(toDelivery(message).attempt, RETRY_BACKOFF, options.random) / 1000)),
  }));
  try {
    await options.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: options.queueUrl, Entries: entries }));
  } catch (error) {
    // They come back after the queue's visibility timeout instead.
    options.logger.warn({ err: error, queue: options.queue }, 'messages could not be postponed');
  }
}
