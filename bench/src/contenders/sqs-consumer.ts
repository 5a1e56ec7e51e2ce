import { SQSClient } from '@aws-sdk/client-sqs';
import { waitFor } from '@torii/testing';
import { Consumer } from 'sqs-consumer';
import { messageSchema } from '../messages/sample-message.ts';
import { consumeInput } from '../messages/tasks.ts';
import { serveParent } from '../processes/serve-parent.ts';
import { measureConsumption } from './acknowledgements.ts';
import { BATCH_SIZE, RECEIVERS } from './concurrency.ts';
import { logger } from './connect.ts';

// The library the chassis builds on, in batches, with the same check of messages and without an inbox: a duplicate has its effect again.

const sqs = new SQSClient();

async function consume(input: unknown): Promise<{ readonly perSecond: number }> {
  const { queueUrl, count } = consumeInput.parse(input);
  return measureConsumption({ sqs, count }, async () => {
    const consumers = Array.from({ length: RECEIVERS }, () => createPoller(queueUrl));
    for (const consumer of consumers) consumer.start();
    return () => Promise.all(consumers.map(stop));
  });
}

function createPoller(queueUrl: string): Consumer {
  const consumer = Consumer.create({
    queueUrl,
    sqs,
    batchSize: BATCH_SIZE,
    waitTimeSeconds: 1,
    handleMessageBatch: async (messages) => {
      for (const { Body = '' } of messages) messageSchema.parse(JSON.parse(Body));
      return messages;
    },
  });
  consumer.on('error', (error) => logger.error({ err: error }, 'queue operation failed'));
  return consumer;
}

/** `stopped` is emitted before the last batch is done. */
async function stop(consumer: Consumer): Promise<void> {
  consumer.stop();
  await waitFor(() => !consumer.status.isPolling);
}

serveParent({}, { consume });
