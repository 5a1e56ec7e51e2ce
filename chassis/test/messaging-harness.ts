import { type Handlers, type Publisher, itemId, userId } from '@torii/contracts';
import { type TestBroker, type TestSchema, createTestSchema, startTestBroker } from '@torii/testing';
import {
  type ConsumerOptions,
  type Database,
  type HandlerContext,
  type Outbox,
  type QueueConsumer,
  type Relay,
  type RelayOptions,
  connectDatabase,
  createConsumer,
  createLogger,
  createMessagingTables,
  createOutbox,
  createRelay,
  createSnsClient,
  createSqsClient,
} from '../src/index.ts';

/** Publishes as `jobs`, `catalog` or `identity` and consumes as `catalog`, over one schema and one broker. */
export interface Harness {
  readonly schema: TestSchema;
  readonly broker: TestBroker;
  readonly database: Database;
  readonly logs: Record<string, unknown>[];
  outbox<P extends Publisher>(publisher: P): Outbox<P>;
  relay<P extends Publisher>(outbox: Outbox<P>, overrides?: Partial<RelayOptions<P>>): Relay;
  consumer(handlers: Partial<Handlers<'catalog', HandlerContext>>, overrides?: Partial<ConsumerOptions<'catalog'>>): QueueConsumer;
  stopBroker(): Promise<void>;
  /** Stops what was made here, then the broker. */
  stop(): Promise<void>;
}

export async function createHarness(brokerOptions: Parameters<typeof startTestBroker>[0] = {}): Promise<Harness> {
  const [schema, broker] = [await createTestSchema('messaging'), await startTestBroker(brokerOptions)];
  Object.assign(process.env, broker.env);
  const database = await connectDatabase(schema.databaseOptions);
  await createMessagingTables(database.sequelize.getQueryInterface());
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger({ serviceName: 'chassis', level: 'debug', destination: { write: (line) => logs.push(JSON.parse(line)) } });
  const [sqs, sns] = [createSqsClient(), createSnsClient()];
  const stops: (() => Promise<void>)[] = [];
  let brokerStopped: Promise<void> | undefined;
  const stopBroker = () => (brokerStopped ??= broker.stop());
  return {
    schema,
    broker,
    database,
    logs,
    outbox: (publisher) => createOutbox({ publisher, database }),
    relay: (outbox, overrides = {}) => {
      const settings = { outbox, database, logger, sns, sqs, topicArn: broker.topicArn(outbox.publisher), queueUrls: queueUrls(broker) };
      const relay = createRelay({ ...settings, ...overrides });
      stops.push(relay.stop);
      return relay;
    },
    consumer: (handlers, overrides = {}) => {
      const queueUrl = broker.queueUrl('catalog-events');
      const settings = { consumer: 'catalog', queue: 'catalog-events', queueUrl, sqs, database, logger, waitTimeSeconds: 1 } as const;
      const consumer = createConsumer({ ...settings, handlers: { ...IGNORING, ...handlers }, random: () => 0, ...overrides });
      stops.push(consumer.stop);
      return consumer;
    },
    stopBroker,
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await database.close();
      await schema.close();
      sqs.destroy();
      sns.destroy();
      await stopBroker();
    },
  };
}

function queueUrls(broker: TestBroker): NonNullable<RelayOptions<'catalog'>['queueUrls']> {
  return { 'catalog-commands': broker.queueUrl('catalog-commands'), 'identity-commands': broker.queueUrl('identity-commands') };
}

const ignore = async (): Promise<void> => {};
const IGNORING: Handlers<'catalog', HandlerContext> = {
  'identity.user.deleted.v1': ignore,
  'catalog.item.changed.v1': ignore,
  'catalog.item.deleted.v1': ignore,
  'catalog.apply-import-batch.v1': ignore,
};

export const OWNER = userId.parse('0190a1b2-0000-7000-8000-0000000000ff');

/** Data of `catalog.item.deleted.v1`. */
export function deletedItem(number: number): {
  readonly itemId: ReturnType<typeof itemId.parse>;
  readonly ownerId: typeof OWNER;
  readonly sku: string;
  readonly version: number;
} {
  return {
    itemId: itemId.parse(`0190a1b2-0000-7000-8000-${String(number).padStart(12, '0')}`),
    ownerId: OWNER,
    sku: `SKU-${number}`,
    version: 2,
  };
}
