// A real consumer of the chassis, with its inbox in MariaDB, whose handlers write down what took effect.
import {
  type ConsumerOptions,
  connectDatabase,
  createClaimCheck,
  createConsumer,
  createLogger,
  createMessageFailures,
  createMessagingTables,
  createSqsClient,
  type HandlerContext,
} from '@torii/chassis';
import { type Consumer, type Envelope, type Handlers, listQueues, type QueueName, upcast } from '@torii/contracts';
import { createTestSchema } from '@torii/testing';
import type { Operations } from './harness.ts';

export interface RecordingConsumer {
  /** Ids of messages in the order of their effects; one that took effect twice is there twice. */
  effects(): Promise<readonly string[]>;
  /** Ids of messages whose failure is written down. */
  failures(): Promise<readonly string[]>;
  /** Makes handlers fail with a bug, until it is called again. */
  breakHandlers(isBroken: boolean): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function createRecordingConsumer(operations: Operations, consumer: Consumer, queue: QueueName): Promise<RecordingConsumer> {
  Object.assign(process.env, operations.broker.env);
  const schema = await createTestSchema('operations');
  const database = await connectDatabase(schema.databaseOptions);
  await createMessagingTables(database.sequelize.getQueryInterface());
  await createMessageFailures(database.sequelize.getQueryInterface());
  await schema.query('CREATE TABLE effects (number INT AUTO_INCREMENT PRIMARY KEY, message_id VARCHAR(64))');
  const sqs = createSqsClient();
  let isBroken = false;
  const handle = async ({ id }: Envelope, { tx }: HandlerContext): Promise<void> => {
    await database.sequelize.query('INSERT INTO effects (message_id) VALUES (?)', { replacements: [id], transaction: tx });
    if (isBroken) throw new Error('a bug');
  };
  const options: ConsumerOptions<Consumer> = {
    consumer,
    queue,
    queueUrl: operations.queueUrl(queue),
    sqs,
    claims: createClaimCheck({ bucket: operations.broker.messagesBucket }),
    handlers: parseHandlers(Object.fromEntries(listHandledTypes(consumer).map((type) => [type, handle]))),
    database,
    logger: createLogger({ serviceName: consumer, level: 'silent' }),
    maxAttempts: 1,
    waitTimeSeconds: 1,
    random: () => 0,
    gate: undefined,
  };
  const running = createConsumer(options);
  return {
    effects: async () =>
      (await schema.query<{ message_id: string }>('SELECT message_id FROM effects ORDER BY number')).map((row) => row.message_id),
    failures: async () =>
      (await schema.query<{ message_id: string }>('SELECT message_id FROM message_failures')).map((row) => row.message_id),
    breakHandlers: (broken) => (isBroken = broken),
    start: running.start,
    stop: async () => {
      await running.stop();
      await database.close();
      await schema.close();
      sqs.destroy();
    },
  };
}

/** Types of the consumer's queues, without versions that reach it as their successors. */
function listHandledTypes(consumer: Consumer): readonly string[] {
  const types = listQueues().flatMap((queue) => (queue.consumer === consumer ? queue.types : []));
  return types.filter((type) => !isRetired(type));
}

function isRetired(type: string): boolean {
  const message: Envelope = {
    specversion: '1.0',
    id: '1',
    source: '/',
    type,
    subject: '1',
    time: '',
    datacontenttype: 'application/json',
    data: {},
  };
  return upcast(message).type !== type;
}

function parseHandlers(handlers: object): Handlers<Consumer, HandlerContext> {
  return handlers as Handlers<Consumer, HandlerContext>;
}
