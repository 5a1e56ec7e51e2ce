// An event source mapping of SQS (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). A message is deleted only
// after the function has returned without reporting it as failed; every other message comes back after the visibility timeout.
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalContext } from '../../provider.ts';
import type { QueueClient, QueueMessage } from './queue-client.ts';

/** SQS gives no more at once. */
const MAX_RECEIVED = 10;
const LONG_POLL_SECONDS = 20;
/** After a failed receive: the queue's server restarts, or has not started yet. */
const RETRY_DELAY_MS = 500;
/** Messages of a function that was ended with the platform come back at once; not 0, which would race with their deletion. */
const RELEASE_SECONDS = 1;

export interface EventSourceOptions {
  readonly queueArn: string;
  readonly functionName: string;
  readonly region: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
  readonly reportsItemFailures: boolean;
  readonly queue: QueueClient;
  readonly invoke: (event: unknown) => Promise<unknown>;
  readonly log: LocalContext['log'];
}

export interface EventSource {
  start(): void;
  /** Stops receiving at once; running invocations get until `graceMs`, then their messages are given back. */
  stop(graceMs: number): Promise<void>;
}

export function createEventSource(options: EventSourceOptions): EventSource {
  const stopping = new AbortController();
  const running = new Map<Promise<void>, readonly QueueMessage[]>();
  let loop: Promise<void> = Promise.resolve();

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const batch = await receiveBatch(options, stopping.signal);
        if (batch.length > 0) dispatch(batch);
        if (running.size >= options.maxConcurrency) await Promise.race(running.keys());
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.log('debug', `${options.functionName} cannot receive: ${messageOf(error)}`);
        await delay(RETRY_DELAY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const dispatch = (batch: readonly QueueMessage[]): void => {
    const handling = handleBatch(batch, options).finally(() => running.delete(handling));
    running.set(handling, batch);
  };

  return {
    start: () => {
      loop = poll();
    },
    stop: async (graceMs) => {
      stopping.abort();
      await loop;
      const left = new AbortController();
      await Promise.race([Promise.all(running.keys()), delay(graceMs, undefined, { signal: left.signal }).catch(() => undefined)]);
      left.abort();
      await Promise.all([...running.values()].map((batch) => releaseBatch(batch, options)));
    },
  };
}

/** One batch: whatever the first receive brings, or with a window what comes until it is full or over. */
async function receiveBatch(
  { queue, batchSize, windowSeconds }: EventSourceOptions,
  signal: AbortSignal,
): Promise<readonly QueueMessage[]> {
  const batch: QueueMessage[] = [
    ...(await queue.receive({ count: Math.min(batchSize, MAX_RECEIVED), waitSeconds: LONG_POLL_SECONDS, signal })),
  ];
  const windowEndsAt = Date.now() + windowSeconds * 1000;
  while (batch.length > 0 && batch.length < batchSize && !signal.aborted) {
    const waitSeconds = Math.floor((windowEndsAt - Date.now()) / 1000);
    if (waitSeconds < 1) break;
    const more = await queue.receive({ count: Math.min(batchSize - batch.length, MAX_RECEIVED), waitSeconds, signal }).catch(() => []);
    batch.push(...more);
  }
  return batch;
}

async function handleBatch(batch: readonly QueueMessage[], options: EventSourceOptions): Promise<void> {
  try {
    const response = await options.invoke({ Records: batch.map((message) => toRecord(message, options)) });
    const failed = options.reportsItemFailures ? parseFailedIds(response, batch) : new Set<string>();
    const done = batch.filter(({ MessageId }) => !failed.has(MessageId));
    for (let start = 0; start < done.length; start += MAX_RECEIVED) await options.queue.delete(done.slice(start, start + MAX_RECEIVED));
  } catch (error) {
    options.log(
      'warn',
      `${options.functionName} failed with ${batch.length} messages, which come back after their visibility timeout: ${messageOf(error)}`,
    );
  }
}

async function releaseBatch(batch: readonly QueueMessage[], { queue }: EventSourceOptions): Promise<void> {
  for (let start = 0; start < batch.length; start += MAX_RECEIVED) {
    await queue.release(batch.slice(start, start + MAX_RECEIVED), RELEASE_SECONDS).catch(() => undefined);
  }
}

/** The event as a function gets it: the same names in another case than SQS's own. */
function toRecord(message: QueueMessage, { queueArn, region }: EventSourceOptions): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    {
      dataType: DataType,
      ...(StringValue !== undefined && { stringValue: StringValue }),
      ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** @throws Error when the response names no known message: Lambda then takes the whole batch for failed. */
export function parseFailedIds(response: unknown, batch: readonly QueueMessage[]): ReadonlySet<string> {
  const failures = (response as { readonly batchItemFailures?: unknown } | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) throw new Error('its answer has a batchItemFailures that is no list');
  const known = new Set(batch.map(({ MessageId }) => MessageId));
  return new Set(failures.map((failure: unknown) => parseFailedId(failure, known)));
}

function parseFailedId(failure: unknown, known: ReadonlySet<string>): string {
  const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
  if (typeof id === 'string' && known.has(id)) return id;
  throw new Error(`its answer reports ${JSON.stringify(failure)}, which is no message of the batch`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
