import { type ClaimCheck, connectDatabase, createClaimCheck, createLogger, createTokenVerifier, runMigrations } from '@torii/chassis';
import {
  type CommandType,
  type DataOf,
  type Envelope,
  type EventType,
  envelope,
  events,
  type ItemDraft,
  type Item,
} from '@torii/contracts';
import {
  createTestClient,
  createTestSchema,
  createTestTokens,
  startTestBroker,
  type TestBroker,
  type TestClient,
  type TestSchema,
  type TestTokens,
} from '@torii/testing';
import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { readConfig } from '../src/config.ts';
import { createCatalog } from '../src/service.ts';

type EventOf<T extends EventType> = Envelope<T, DataOf<T>>;
export type CatalogEvent = { readonly [T in EventType]: EventOf<T> }[EventType];

/** A person with a token. */
export interface TestUser extends TestClient {
  readonly id: string;
  createItem(draft: Partial<ItemDraft> & { readonly sku: string; readonly name: string }): Promise<Item>;
}

/** The whole service in this process, with a MariaDB schema, a broker and a token issuer of its own. */
export interface TestCatalog {
  readonly baseUrl: string;
  readonly broker: TestBroker;
  readonly schema: TestSchema;
  readonly tokens: TestTokens;
  signUp(): Promise<TestUser>;
  /** Sends a message as its publisher would; the same `id` is the same message again. */
  send<T extends EventType | CommandType>(type: T, data: DataOf<T>, id?: string): Promise<void>;
  /** The next `count` events the catalog published, parsed against their contracts. */
  takeEvents(count: number): Promise<readonly CatalogEvent[]>;
  /** What waits in the outbox; 0 once the relay has published everything. */
  countUnpublished(): Promise<number>;
  stop(): Promise<void>;
}

/** Hundreds of events come ten at a time. */
const EVENTS_TIMEOUT_MS = 20_000;
const SILENT = createLogger({ serviceName: 'catalog', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export async function startTestCatalog(): Promise<TestCatalog> {
  const [schema, broker, tokens] = [await createTestSchema('catalog'), await startTestBroker(), await createTestTokens()];
  Object.assign(process.env, broker.env);
  const claims = createClaimCheck({ bucket: broker.messagesBucket });
  const probeUrl = broker.createQueue('probe');
  broker.subscribe(broker.topicArn('catalog'), probeUrl);

  const database = await connectDatabase(schema.databaseOptions);
  await runMigrations(database, new URL('../migrations/', import.meta.url), SILENT);
  await database.close();

  const service = await createCatalog(readConfig(environmentOf(schema, broker, tokens)), {
    logger: SILENT,
    telemetry: { flush: async () => {}, shutdown: async () => {} },
    secretReader: schema.environment.secretReader,
    verifier: createTokenVerifier({ issuer: tokens.issuer, clientIds: [tokens.clientId], jwks: tokens.jwks }),
  });
  const { port } = await service.start();
  const baseUrl = `http://127.0.0.1:${port}`;

  return {
    baseUrl,
    broker,
    schema,
    tokens,
    signUp: async () => {
      const id = randomUUID();
      return createTestUser(createTestClient(baseUrl, await tokens.sign({ userId: id })), id);
    },
    send: (type, data, id = randomUUID()) => send(broker, claims, { type, data, id }),
    takeEvents: async (count) => {
      const messages = await broker.receiveAll(probeUrl, count, EVENTS_TIMEOUT_MS);
      return Promise.all(messages.map(({ Body }) => readEvent(Body ?? '', claims)));
    },
    countUnpublished: async () => Number((await schema.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox_messages'))[0]?.n),
    stop: async () => {
      await service.stop();
      await broker.stop();
      await schema.close();
    },
  };
}

function createTestUser(client: TestClient, id: string): TestUser {
  return {
    ...client,
    id,
    createItem: async (draft) => {
      const { status, body } = await client.post('/catalog/items', draft);
      if (status !== 201) throw new Error(`Item ${draft.sku} cannot be created: ${JSON.stringify(body)}`);
      return body as Item;
    },
  };
}

function environmentOf(schema: TestSchema, broker: TestBroker, tokens: TestTokens): NodeJS.ProcessEnv {
  const { databaseConfig, environment } = schema;
  return {
    ...broker.env,
    SERVICE_NAME: 'catalog',
    ENVIRONMENT: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    API_BASE_PATH: '/v1',
    TOKEN_ISSUER: tokens.issuer,
    TOKEN_CLIENT_IDS: tokens.clientId,
    DATABASE_SECRET_ARN: databaseConfig.databaseSecretArn,
    DATABASE_HOST: databaseConfig.databaseHost,
    DATABASE_PORT: String(databaseConfig.databasePort),
    DATABASE_NAME: databaseConfig.databaseName,
    CACHE_HOST: environment.cacheConfig.cacheHost,
    CACHE_PORT: String(environment.cacheConfig.cachePort),
    CACHE_SECRET_ARN: environment.cacheConfig.cacheSecretArn,
    EVENTS_TOPIC_ARN: broker.topicArn('catalog'),
  };
}

interface TestMessage {
  readonly type: string;
  readonly data: unknown;
  readonly id: string;
}

async function send(broker: TestBroker, claims: ClaimCheck, message: TestMessage): Promise<void> {
  const QueueUrl = broker.queueUrl(message.type in events ? 'catalog-events' : 'catalog-commands');
  const body = {
    specversion: '1.0',
    source: '/torii/test',
    subject: message.id,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    ...message,
  };
  const MessageAttributes = { type: { DataType: 'String', StringValue: message.type } };
  await broker.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: await claims.deposit(JSON.stringify(body)), MessageAttributes }));
}

async function readEvent(body: string, claims: ClaimCheck): Promise<CatalogEvent> {
  const parsed = envelope.parse(JSON.parse(body));
  const type = parsed.type as EventType;
  const claim = parsed.dataref === undefined ? { data: parsed.data } : await claims.redeem(parsed.dataref);
  if ('invalid' in claim) throw new Error(`Event ${parsed.id} cannot be read: ${claim.invalid.error}`);
  // Strict on the way out: what a contract does not name must not be published.
  return { ...parsed, type, data: events[type].schema.parse(claim.data) } as CatalogEvent;
}
