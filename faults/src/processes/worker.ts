import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createSqsClient, type LambdaContext, type SqsRecord } from '@torii/chassis';
import { readWorkerConfig } from '@torii/jobs/src/config.ts';
import { createWorker } from '@torii/jobs/src/worker.ts';
import { failpoint, serveParent, toldToStart } from './serve-parent.ts';
import { readServiceParts } from './service-parts.ts';

// Lambda's event source mapping and one execution environment: batches, partial failures, what fails is left to the visibility timeout. Killing
// this process is what Lambda does to a function that takes too long.

/** The function's timeout in the template. */
const LAMBDA_TIMEOUT_MS = 30_000;
const BATCH_SIZE = 5;
const RETRY_MS = 200;
/** Short, so that an import takes several invocations. */
const SLICE_MS = Number(process.env['FAULTS_SLICE_MS'] ?? '20000');

await toldToStart();
const { env, secretReader } = readServiceParts();
const config = readWorkerConfig(env);
const worker = await createWorker(config, {
  secretReader,
  sliceMs: SLICE_MS,
  failpoints: {
    afterSend: failpoint('worker.afterSend'),
    afterCommit: failpoint('worker.afterCommit'),
    beforeComplete: failpoint('worker.beforeComplete'),
  },
});
const sqs = createSqsClient();
const QueueUrl = config.jobsWorkerCommandsQueueUrl;
serveParent({});
for (;;) await poll().catch(() => delay(RETRY_MS));

async function poll(): Promise<void> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  if (messages.length === 0) return;
  const { batchItemFailures } = await worker.handle({ Records: messages.map(toRecord) }, createInvocation());
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

function toRecord(message: Message): SqsRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1' },
    messageAttributes: Object.fromEntries(
      attributes.map(([name, { DataType: dataType = 'String', StringValue: stringValue = '' }]) => [name, { dataType, stringValue }]),
    ),
  };
}

function createInvocation(): LambdaContext {
  const endsAtMs = Date.now() + LAMBDA_TIMEOUT_MS;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAtMs - Date.now() };
}
