import { setTimeout as delay } from 'node:timers/promises';
import { ChangeMessageVisibilityBatchCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { type Consumer as ConsumerName, type Handlers, type QueueName, type QueueSettings, listQueues } from '@torii/contracts';
import { Consumer as SqsConsumer } from 'sqs-consumer';
import type { Database } from '../database/connect-database.ts';
import { toServiceError } from '../errors/to-service-error.ts';
import type { ConsumerStep, Failpoints } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { type Random, backoffMs } from '../time/backoff.ts';
import { createSignal } from '../time/signal.ts';
import { createAcknowledger } from './acknowledger.ts';
import type { ClaimCheck } from './claim-check.ts';
import type { ConsumerGate } from './consumer-gate.ts';
import { type RedriveSettings, readRedriveSettings } from './dead-letter-queue.ts';
import { toDelivery } from './delivery.ts';
import { findHandlerOf } from './find-handler.ts';
import { type PollPause, createPollPause } from './poll-pause.ts';
import { type HandlerContext, createProcessor } from './process-messages.ts';
import { retrySeconds, settleMessage } from './settle-message.ts';

export interface ConsumerOptions<C extends ConsumerName> {
  readonly consumer: C;
  readonly queue: QueueName;
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  /** Where the data of large messages is. */
  readonly claims: ClaimCheck;
  /** One function per message type of the topology; a missing one does not compile. */
  readonly handlers: Handlers<C, HandlerContext>;
  readonly database: Database;
  readonly logger: Logger;
  /** @default those of the queue in the topology, which the template obeys too */
  readonly settings?: Partial<QueueSettings>;
  /** Deliveries after which a bug makes a message a dead letter; at most the queue's own `maxReceiveCount`. @default 5 */
  readonly maxAttempts?: number;
  /** Long poll; also the longest that `stop` waits for an idle queue. @default 5 */
  readonly waitTimeSeconds?: number;
  readonly random?: Random;
  readonly failpoints?: Failpoints<ConsumerStep> | undefined;
  /** Nothing is taken before it is open. Not to be forgotten: undefined where nobody deploys. */
  readonly gate: ConsumerGate | undefined;
}

export interface QueueConsumer {
  /**
   * A queue that cannot be reached now is tried again until it can, without waiting for it.
   * @throws what SQS answers when there is no such queue, or it may not be taken from: the deployment is wrong
   */
  start(): Promise<void>;
  /** Takes no new message and finishes those it has; nothing is aborted, so nothing is delivered again. */
  stop(): Promise<void>;
}

const DEFAULT_MAX_ATTEMPTS = 5;
/** Long enough to cost little when idle, short enough for a shutdown. */
const DEFAULT_WAIT_SECONDS = 5;
/** When the queue cannot be reached. */
const RECEIVE_RETRY_MS = 1_000;
const START_BACKOFF = { baseMs: 500, capMs: 10_000 };
/** Between polls while a dependency is away. */
const PAUSE_BACKOFF = { baseMs: 500, capMs: 15_000 };
const DRAIN_CHECK_MS = 20;

/**
 * Takes messages from one queue. A message is acknowledged only after its transaction commits; it takes effect once,
 * however often it is delivered.
 */
export function createConsumer<C extends ConsumerName>(options: ConsumerOptions<C>): QueueConsumer {
  const pause = createPollPause(PAUSE_BACKOFF);
  const settings = settingsOf(options);
  const stopped = createSignal();
  let handleBatch: BatchHandler = async () => ({ done: [], failed: [] });
  // Here, so that settings which cannot work fail the start of the service.
  const pollers = Array.from({ length: settings.concurrency }, () =>
    createPoller(options, { settings, pause, handleBatch: (messages) => handleBatch(messages) }),
  );
  let stopping = false;
  let starting: Promise<void> | undefined;
  let opening: Promise<void> | undefined;

  const begin = async (): Promise<void> => {
    handleBatch = createBatchHandler(options, { settings, redrive: await readRedriveSettings(options.sqs, options.queueUrl), pause });
    // The queue has been asked by now: what is wrong with a release shows before anybody lets it in.
    if (options.gate) opening = options.gate.wait().then((isOpen) => (isOpen ? poll() : undefined));
    else poll();
  };
  const poll = (): void => {
    if (!stopping) for (const poller of pollers) poller.start();
  };
  const beginLater = async (): Promise<void> => {
    for (let failures = 1; !stopping; failures += 1) {
      await stopped.wait(backoffMs(failures, START_BACKOFF, options.random) + 1);
      const hasBegun = await begin().then(
        () => true,
        (error: unknown) => options.logger.warn({ err: error, queue: options.queue, failures }, 'queue cannot be reached'),
      );
      if (hasBegun === true) return;
    }
  };
  return {
    start: async () => {
      stopping = false;
      await begin().catch((error: unknown) => {
        if (isRefusal(error)) throw error;
        options.logger.warn({ err: error, queue: options.queue }, 'queue cannot be reached');
        starting = beginLater();
      });
    },
    stop: async () => {
      stopping = true;
      stopped.notify();
      await starting;
      starting = undefined;
      options.gate?.close();
      await opening;
      for (const poller of pollers) poller.stop();
      pause.end();
      // `stopped` is emitted before the last batch is done, so the pollers are asked.
      while (pollers.some(({ isPolling }) => isPolling)) await delay(DRAIN_CHECK_MS);
      await Promise.all(pollers.map((poller) => poller.drain()));
    },
  };
}

/** @throws Error for a queue that the topology does not have */
function settingsOf<C extends ConsumerName>(options: ConsumerOptions<C>): QueueSettings {
  const queue = listQueues().find(({ name }) => name === options.queue);
  if (queue === undefined) throw new Error(`Queue ${options.queue} cannot be taken from: the topology does not have it.`);
  return { ...queue.settings, ...options.settings };
}

/** SQS has answered, and will answer the same next time. */
function isRefusal(error: unknown): boolean {
  return Reflect.get(Object(error), '$fault') === 'client' && toServiceError(error)?.kind !== 'unavailable';
}

type BatchHandler = (messages: readonly Message[]) => Promise<SettledBatch>;

interface SettledBatch {
  readonly done: readonly Message[];
  readonly failed: readonly FailedMessage[];
}

interface FailedMessage {
  readonly message: Message;
  readonly attempt: number;
}

interface BatchSettings {
  readonly settings: QueueSettings;
  readonly redrive: RedriveSettings;
  readonly pause: PollPause;
}

/** @returns a function that gives back the messages to delete, and those to postpone */
function createBatchHandler<C extends ConsumerName>(
  options: ConsumerOptions<C>,
  { settings, redrive, pause }: BatchSettings,
): BatchHandler {
  const logger = options.logger.child({ queue: options.queue });
  const process = createProcessor({
    ...options,
    logger,
    maxAttempts: Math.min(options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS, redrive.maxReceiveCount),
    rebuildable: settings.rebuildable,
    sharesTransactions: settings.sharesTransactions,
    findHandler: findHandlerOf(options.handlers),
  });
  return async (messages) => {
    const deliveries = messages.map((message) => ({ message, ...toDelivery(message) }));
    const outcomes = await process(deliveries);
    const settled = await Promise.all(
      deliveries.map(async (delivery) => {
        const letter = { ...delivery, attributes: delivery.message.MessageAttributes ?? {} };
        const isDone = await settleMessage(letter, outcomes.get(delivery.deliveryId), { sqs: options.sqs, settings: redrive, logger });
        return { ...delivery, isDone };
      }),
    );
    const isAway = [...outcomes.values()].some((outcome) => outcome.kind === 'retry' && outcome.unavailable);
    if (isAway) pause.lengthen();
    else pause.end();
    await options.failpoints?.beforeAcknowledge?.();
    return { done: settled.filter(({ isDone }) => isDone).map(({ message }) => message), failed: settled.filter(({ isDone }) => !isDone) };
  };
}

interface Poller {
  start(): void;
  stop(): void;
  readonly isPolling: boolean;
  /** Once it no longer polls: waits for the last acknowledgement. */
  drain(): Promise<void>;
}

function createPoller<C extends ConsumerName>(
  options: ConsumerOptions<C>,
  { settings, pause, handleBatch }: Pick<BatchSettings, 'settings' | 'pause'> & { readonly handleBatch: BatchHandler },
): Poller {
  const acknowledger = createAcknowledger({ ...options, logger: options.logger.child({ queue: options.queue }) });
  let hasFailed = false;
  const poller = SqsConsumer.create({
    queueUrl: options.queueUrl,
    sqs: options.sqs,
    batchSize: settings.batchSize,
    waitTimeSeconds: options.waitTimeSeconds ?? DEFAULT_WAIT_SECONDS,
    visibilityTimeout: settings.visibilityTimeoutSeconds,
    // A third: two heartbeats may be lost before a message that is being handled is delivered again.
    heartbeatInterval: Math.max(1, Math.floor(settings.visibilityTimeoutSeconds / 3)),
    messageAttributeNames: ['All'],
    messageSystemAttributeNames: ['ApproximateReceiveCount'],
    authenticationErrorTimeout: RECEIVE_RETRY_MS,
    // After most failures sqs-consumer asks again at once, dozens of times a second while the queue is away.
    preReceiveMessageCallback: async () => {
      await pause.wait();
      if (hasFailed) await delay(RECEIVE_RETRY_MS);
      hasFailed = true;
    },
    postReceiveMessageCallback: async () => {
      hasFailed = false;
    },
    // Left to sqs-consumer, each batch would wait for the acknowledgement of the one before.
    shouldDeleteMessages: false,
    handleMessageBatch: async (messages) => {
      const { done, failed } = await handleBatch(messages);
      // After the handler: its heartbeat would bring the postponed ones back early.
      await acknowledger.acknowledge(done, () => postpone(failed, options));
      return [];
    },
  });
  poller.on('error', (error) => options.logger.warn({ err: error, queue: options.queue }, 'queue operation failed'));
  return {
    start: () => poller.start(),
    stop: () => poller.stop(),
    get isPolling() {
      return poller.status.isPolling;
    },
    drain: acknowledger.drain,
  };
}

/** Hides each message until it is worth trying again. */
async function postpone<C extends ConsumerName>(failed: readonly FailedMessage[], options: ConsumerOptions<C>): Promise<void> {
  if (failed.length === 0) return;
  const entries = failed.map(({ message, attempt }, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
    VisibilityTimeout: retrySeconds(attempt, options.random),
  }));
  try {
    await options.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: options.queueUrl, Entries: entries }));
  } catch (error) {
    // They come back after the queue's visibility timeout instead.
    options.logger.warn({ err: error, queue: options.queue }, 'messages could not be postponed');
  }
}
