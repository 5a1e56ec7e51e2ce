import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** The part of an SQS event that functions use (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). */
interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string; readonly dataType: string }>>;
}

interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface EventSourceOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly handle: (event: { readonly Records: readonly QueueRecord[] }, context: Invocation) => Promise<BatchResponse>;
}

/** Stands in for Lambda's event source mapping: one poller, batches, partial failures; what fails is left to the visibility timeout. */
export interface EventSource {
  /** Waits for the invocation under way. */
  stop(): Promise<void>;
}

/** The function's timeout in the template. */
const LAMBDA_TIMEOUT_MS = 30_000;
/** The batch size of its event source in the template. */
const BATCH_SIZE = 5;
/** After a poll or an invocation that failed. */
const RETRY_MS = 200;

export function startEventSource(options: EventSourceOptions): EventSource {
  let isStopping = false;
  const run = async (): Promise<void> => {
    while (!isStopping) await pollOnce(options).catch(() => delay(RETRY_MS));
  };
  const running = run();
  return {
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}

/** What Lambda tells a function of its invocation. */
export function createInvocation(): Invocation {
  const endsAtMs = Date.now() + LAMBDA_TIMEOUT_MS;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAtMs - Date.now() };
}

async function pollOnce({ sqs, queueUrl, handle }: EventSourceOptions): Promise<void> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  if (messages.length === 0) return;
  const { batchItemFailures } = await handle({ Records: messages.map(toRecord) }, createInvocation());
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

function toRecord(message: Message): QueueRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1' },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType: dataType = 'String', StringValue: stringValue }]) => [
        name,
        { dataType, ...(stringValue !== undefined && { stringValue }) },
      ]),
    ),
  };
}
