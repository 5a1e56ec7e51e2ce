import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { MessageHandlerConfigBuilder } from '@message-queue-toolkit/core';
import { RedisMessageDeduplicationStore } from '@message-queue-toolkit/redis-message-deduplication-store';
import { AbstractSnsPublisher } from '@message-queue-toolkit/sns';
import { AbstractSqsConsumer } from '@message-queue-toolkit/sqs';
import { startTestEnvironment } from '@torii/testing';
import { Redis } from 'ioredis';
import { createMessage, messageSchema, type SampleMessage } from '../messages/sample-message.ts';
import { consumeInput, latencyInput, publishInput } from '../messages/tasks.ts';
import { serveParent } from '../processes/serve-parent.ts';
import { measureConsumption } from './acknowledgements.ts';
import { BATCH_SIZE, PUBLISH_CALLS, RECEIVERS } from './concurrency.ts';
import { connectBenchDatabase, logger } from './connect.ts';
import { measureLatencies } from './latency.ts';

// message-queue-toolkit as its documents show it: a publisher and a consumer with schemas, the consumer's deduplication in Redis.
// It publishes and acknowledges message by message; batches are not offered. It has no outbox: it publishes what is in memory.

const database = await connectBenchDatabase();
const { master, redisPort } = startTestEnvironment();
const redis = new Redis({ host: 'localhost', port: redisPort, username: master.username, password: master.password, tls: {} });
const [snsClient, sqsClient, stsClient] = [new SNSClient(), new SQSClient(), new STSClient()];
const errorReporter = { report: ({ error }: { readonly error: unknown }) => logger.error({ err: error }, 'reported') };
const FIELDS = { messageTypeResolver: { messageTypePath: 'type' }, messageIdField: 'id', messageTimestampField: 'time' };

class ItemPublisher extends AbstractSnsPublisher<SampleMessage> {
  constructor(topicArn: string) {
    super({ snsClient, stsClient, logger, errorReporter }, { ...FIELDS, messageSchemas: [messageSchema], locatorConfig: { topicArn } });
  }
}

interface ConsumerInit {
  readonly queueUrl: string;
  readonly deduplicates: boolean;
  readonly markHandled: (messageId: string) => void;
}

class ItemConsumer extends AbstractSqsConsumer<SampleMessage, object> {
  constructor({ queueUrl, deduplicates, markHandled }: ConsumerInit) {
    super(
      {
        sqsClient,
        logger,
        errorReporter,
        consumerErrorResolver: { processError: rethrow },
        transactionObservabilityManager: { start: () => {}, startWithGroup: () => {}, stop: () => {}, addCustomAttributes: () => {} },
      },
      {
        ...FIELDS,
        locatorConfig: { queueUrl },
        concurrentConsumersAmount: RECEIVERS,
        consumerOverrides: { batchSize: BATCH_SIZE, waitTimeSeconds: 1 },
        enableConsumerDeduplication: deduplicates,
        messageDeduplicationIdField: 'id',
        messageDeduplicationConfig: { deduplicationStore: new RedisMessageDeduplicationStore({ redis }) },
        handlers: new MessageHandlerConfigBuilder<SampleMessage, object>()
          .addConfig(messageSchema, async ({ id }) => {
            markHandled(id);
            return { result: 'success' };
          })
          .build(),
      },
      {},
    );
  }
}

/** Nothing fails in a run that counts. */
function rethrow(error: unknown): never {
  throw error;
}

async function publish(input: unknown): Promise<{ readonly perSecond: number }> {
  const { topicArn, count } = publishInput.parse(input);
  const publisher = new ItemPublisher(topicArn);
  await publisher.init();
  const message = createMessage();
  let sent = 0;
  const call = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      await publisher.publish(message);
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: PUBLISH_CALLS }, call));
  const perSecond = count / ((performance.now() - startedAtMs) / 1000);
  await publisher.close();
  return { perSecond };
}

function consume(deduplicates: boolean): (input: unknown) => Promise<{ readonly perSecond: number }> {
  return async (input) => {
    const { queueUrl, count } = consumeInput.parse(input);
    return measureConsumption({ sqs: sqsClient, count }, () => startConsumer({ queueUrl, deduplicates, markHandled: () => {} }));
  };
}

/** With deduplication, as a consumer of events that may come twice is set up. */
async function latency(input: unknown): Promise<{ readonly latenciesMs: readonly number[] }> {
  const { topicArn, queueUrl, ...load } = latencyInput.parse(input);
  const publisher = new ItemPublisher(topicArn);
  await publisher.init();
  return measureLatencies(database, load, {
    start: (markHandled) => startConsumer({ queueUrl, deduplicates: true, markHandled }),
    afterCommit: (id) => publisher.publish(createMessage(id)),
  });
}

async function startConsumer(init: ConsumerInit): Promise<() => Promise<void>> {
  const consumer = new ItemConsumer(init);
  await consumer.start();
  return () => consumer.close();
}

serveParent({}, { publish, consume: consume(false), consumeDeduplicated: consume(true), latency });
