import { randomUUID } from 'node:crypto';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createSqsClient, type LambdaContext, type SqsRecord } from '@torii/chassis';
import type { Worker } from '@torii/jobs/src/worker.ts';

/** The function's timeout in the template. */
const LAMBDA_TIMEOUT_MS = 30_000;
/** The batch size of its event source in the template. */
const BATCH_SIZE = 5;

/** Lambda's event source mapping: one poller, batches, partial failures left to the visibility timeout. Runs for ever. */
export async function runEventSource(queueUrl: string, worker: Worker): Promise<never> {
  const sqs = createSqsClient();
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: BATCH_SIZE,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    if (messages.length === 0) continue;
    const { batchItemFailures } = await worker.handle({ Records: messages.map(toRecord) }, createInvocation());
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
    if (done.length === 0) continue;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
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
