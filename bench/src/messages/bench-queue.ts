import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, PurgeQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createUuid } from '@torii/chassis';
import { ATTRIBUTES, createMessage } from './sample-message.ts';

/** A topic and the one queue that is subscribed to it, to everything: a filter would pass what one contender sends and drop another's. */
export interface BenchQueue {
  readonly topicArn: string;
  readonly queueUrl: string;
  /** Sends so many messages, each with an id of its own. */
  fill(count: number): Promise<void>;
  purge(): Promise<void>;
}

/** What SendMessageBatch takes. */
const BATCH_SIZE = 10;
const SENDERS = 8;

export async function createBenchQueue(): Promise<BenchQueue> {
  const name = `bench-${createUuid()}`;
  const [sqs, sns] = [new SQSClient(), new SNSClient()];
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '60' } }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }));
  const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  return {
    topicArn,
    queueUrl,
    fill: (count) => fill(sqs, queueUrl, count),
    purge: async () => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
    },
  };
}

async function fill(sqs: SQSClient, queueUrl: string, count: number): Promise<void> {
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent < count) {
      sent += BATCH_SIZE;
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: createEntries() }));
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
}

function createEntries(): { Id: string; MessageBody: string; MessageAttributes: typeof ATTRIBUTES }[] {
  return Array.from({ length: BATCH_SIZE }, (_entry, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(createMessage()),
    MessageAttributes: ATTRIBUTES,
  }));
}
