import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Handlers, type Publisher, itemId, userId } from '@torii/contracts';
import { type TestBroker, type TestSchema, createTestSchema, startTestBroker } from '@torii/testing';
import {
  type ClaimCheck,
  type ConsumerOptions,
  type Database,
  type HandlerContext,
  type Logger,
  type Outbox,
  type QueueConsumer,
  type Relay,
  type RelayOptions,
  connectDatabase,
  createClaimCheck,
  createConsumer,
  createLogger,
  createMessageFailures,
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
  readonly claims: ClaimCheck;
  readonly logger: Logger;
  readonly sqs: SQSClient;
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
  await createMessageFailures(database.sequelize.getQueryInterface());
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger({ serviceName: 'chassis', level: 'debug', destination: { write: (line) => logs.push(JSON.parse(line)) } });
  const [sqs, sns] = [createSqsClient(), createSnsClient()];
  const claims = createClaimCheck({ bucket: broker.messagesBucket });
  const parts = { database, logger, claims };
  const stops: (() => Promise<void>)[] = [];
  let brokerStopped: Promise<void> | undefined;
  const stopBroker = () => (brokerStopped ??= broker.stop());
  return {
    ...parts,
    schema,
    broker,
    logs,
    sqs,
    outbox: (publisher) => createOutbox({ publisher, database, logger }),
    relay: (outbox, overrides = {}) => {
      const addresses = { sns, sqs, topicArn: broker.topicArn(outbox.publisher), queueUrls: queueUrls(broker) };
      const relay = createRelay({ ...parts, ...addresses, outbox, ...overrides });
      stops.push(relay.stop);
      return relay;
    },
    consumer: (handlers, overrides = {}) => {
      const source = { consumer: 'catalog', queue: 'catalog-events', queueUrl: broker.queueUrl('catalog-events'), sqs } as const;
      const consumer = createConsumer({
        ...parts,
        ...source,
        handlers: { ...IGNORING, ...handlers },
        waitTimeSeconds: 1,
        random: () => 0,
        gate: undefined,
        ...overrides,
      });
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
/** Handlers that do nothing. */
export const IGNORING: Handlers<'catalog', HandlerContext> = {
  'identity.user.deleted.v1': ignore,
  'catalog.item.changed.v2': ignore,
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

/** A `catalog.item.deleted.v1` as SNS would deliver it. */
export function envelopeOf(id: string, number = 1): string {
  const data = deletedItem(number);
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/torii/catalog',
    type: 'catalog.item.deleted.v1',
    subject: data.itemId,
    time: '2026-01-01T00:00:00Z',
    datacontenttype: 'application/json',
    data,
    aggregateversion: 2,
  });
}

/** The attribute `failure` of a dead letter. */
export function failureOf(
  letter: { readonly MessageAttributes?: Record<string, { StringValue?: string | undefined }> | undefined } | undefined,
): unknown {
  return JSON.parse(letter?.MessageAttributes?.['failure']?.StringValue ?? 'null');
}
