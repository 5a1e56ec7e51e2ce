import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ATTRIBUTES, createMessage } from '../messages/sample-message.ts';
import { consumeInput, latencyInput, publishInput } from '../messages/tasks.ts';
import { serveParent } from '../processes/serve-parent.ts';
import { measureConsumption } from './acknowledgements.ts';
import { BATCH_SIZE, PUBLISH_CALLS, RECEIVERS } from './concurrency.ts';
import { connectBenchDatabase } from './connect.ts';
import { measureLatencies } from './latency.ts';

// The least that can be done with the SDK: no database, no schema, no retry, no second thought.

const [sns, sqs] = [new SNSClient(), new SQSClient()];
const database = await connectBenchDatabase();

/** Messages that are in memory already. */
async function publish(input: unknown): Promise<{ readonly perSecond: number }> {
  const { topicArn, count } = publishInput.parse(input);
  const body = JSON.stringify(createMessage());
  let sent = 0;
  const call = async (): Promise<void> => {
    while (sent < count) {
      const first = sent;
      sent += BATCH_SIZE;
      const entries = Array.from({ length: BATCH_SIZE }, (_entry, index) => ({
        Id: String(first + index),
        Message: body,
        MessageAttributes: ATTRIBUTES,
      }));
      await sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }));
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: PUBLISH_CALLS }, call));
  return { perSecond: count / ((performance.now() - startedAtMs) / 1000) };
}

async function consume(input: unknown): Promise<{ readonly perSecond: number }> {
  const { queueUrl, count } = consumeInput.parse(input);
  return measureConsumption({ sqs, count }, async () => startLoops(queueUrl, () => {}));
}

async function latency(input: unknown): Promise<{ readonly latenciesMs: readonly number[] }> {
  const { topicArn, queueUrl, ...load } = latencyInput.parse(input);
  return measureLatencies(database, load, {
    start: async (markHandled) => startLoops(queueUrl, markHandled),
    afterCommit: (id) =>
      sns.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(createMessage(id)), MessageAttributes: ATTRIBUTES })),
  });
}

function startLoops(queueUrl: string, markHandled: (messageId: string) => void): () => Promise<unknown> {
  let stopping = false;
  const loop = async (): Promise<void> => {
    while (!stopping) {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: BATCH_SIZE, WaitTimeSeconds: 1 }),
      );
      if (messages.length === 0) continue;
      for (const message of messages) markHandled(idOf(message));
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };
  const loops = Promise.all(Array.from({ length: RECEIVERS }, loop));
  return () => {
    stopping = true;
    return loops;
  };
}

/** Reads the JSON, as every handler must, and checks nothing. */
function idOf({ Body = '{}' }: Message): string {
  const { id }: { readonly id?: unknown } = JSON.parse(Body);
  return String(id);
}

serveParent({}, { publish, consume, latency });
