import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { LambdaContext, SqsRecord } from '@torii/chassis';
import type { TestBroker } from '@torii/testing';
import type { Worker } from '../src/worker.ts';

/** The function's timeout in the template. */
const LAMBDA_TIMEOUT_MS = 30_000;

/** Stands in for Lambda's event source mapping: batches, partial failures, redelivery by visibility. */
export interface EventSource {
  stop(): Promise<void>;
}

export function startEventSource(broker: TestBroker, worker: Worker): EventSource {
  const QueueUrl = broker.queueUrl('jobs-worker-commands');
  let stopping = false;
  const poll = async (): Promise<void> => {
    while (!stopping) {
      const { Messages = [] } = await broker.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 5,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      if (Messages.length === 0) continue;
      const { batchItemFailures } = await worker.handle({ Records: Messages.map(toRecord) }, lambdaContext());
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId = '', ReceiptHandle } of Messages)
        if (!failed.has(MessageId)) await broker.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  const running = poll();
  return {
    stop: async () => {
      stopping = true;
      await running;
    },
  };
}

function toRecord(message: Message): SqsRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1' },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        { dataType: value.DataType ?? 'String', ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }) },
      ]),
    ),
  };
}

export function lambdaContext(): LambdaContext {
  const endsAtMs = Date.now() + LAMBDA_TIMEOUT_MS;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAtMs - Date.now() };
}
