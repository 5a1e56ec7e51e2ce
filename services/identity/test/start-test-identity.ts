import { connectDatabase, createLogger, createTokenVerifier, runMigrations } from '@torii/chassis';
import { type DataOf, type Envelope, envelope, events, type PublishedBy, userId, type UserId } from '@torii/contracts';
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
import { readConfig } from '../src/config.ts';
import { tokenRevoked } from '../src/domain/errors.ts';
import { createIdentity } from '../src/service.ts';
import type { Account, Accounts } from '../src/store/accounts.ts';

type EventType = PublishedBy<'identity'>;
export type IdentityEvent = { readonly [T in EventType]: Envelope<T, DataOf<T>> }[EventType];

/** A user pool in memory: who has an account may read it with any token. */
export interface TestAccounts extends Accounts {
  readonly removed: readonly UserId[];
  add(account: Account): void;
}

/** A person with an account and a token; no profile yet. */
export interface TestUser extends TestClient {
  readonly id: UserId;
  readonly email: string;
}

/** The whole service in this process, with a MariaDB schema, a broker and a token issuer of its own. */
export interface TestIdentity {
  readonly baseUrl: string;
  readonly broker: TestBroker;
  readonly schema: TestSchema;
  readonly tokens: TestTokens;
  readonly accounts: TestAccounts;
  signUp(account?: Partial<Account>): Promise<TestUser>;
  /** The next `count` events identity published, parsed against their contracts. */
  takeEvents(count: number): Promise<readonly IdentityEvent[]>;
  /** True once every message has been handled and every event published. */
  isQuiet(): Promise<boolean>;
  stop(): Promise<void>;
}

const SILENT = createLogger({ serviceName: 'identity', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export async function startTestIdentity(): Promise<TestIdentity> {
  const [schema, broker, tokens] = [await createTestSchema('identity'), await startTestBroker(), await createTestTokens()];
  Object.assign(process.env, broker.env);
  const probeUrl = broker.createQueue('probe');
  broker.subscribe(broker.topicArn('identity'), probeUrl);

  const database = await connectDatabase(schema.databaseOptions);
  await runMigrations(database, new URL('../migrations/', import.meta.url), SILENT);
  await database.close();

  const accounts = createTestAccounts();
  const service = await createIdentity(readConfig(environmentOf(schema, broker, tokens)), {
    logger: SILENT,
    telemetry: { flush: async () => {}, shutdown: async () => {} },
    secretReader: schema.environment.secretReader,
    accounts,
    verifier: createTokenVerifier({ issuer: tokens.issuer, clientIds: [tokens.clientId], jwks: tokens.jwks }),
  });
  const { port } = await service.start();
  const baseUrl = `http://127.0.0.1:${port}`;

  return {
    baseUrl,
    broker,
    schema,
    tokens,
    accounts,
    signUp: async (account = {}) => {
      const id = userId.parse(randomUUID());
      const email = `${id}@example.org`;
      accounts.add({ userId: id, email, name: undefined, locale: undefined, ...account });
      return { ...createTestClient(baseUrl, await tokens.sign({ userId: id, claims: { username: id } })), id, email };
    },
    takeEvents: async (count) => (await broker.receiveAll(probeUrl, count)).map(({ Body }) => parseEvent(Body ?? '')),
    isQuiet: async () => {
      const [row] = await schema.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox_messages');
      return Number(row?.n) === 0 && broker.depth(broker.queueUrl('identity-commands')) === 0;
    },
    stop: async () => {
      await service.stop();
      await broker.stop();
      await schema.close();
    },
  };
}

function createTestAccounts(): TestAccounts {
  const byId = new Map<string, Account>();
  const removed: UserId[] = [];
  return {
    removed,
    add: (account) => byId.set(account.userId, account),
    getByToken: async (token) => {
      const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
      const account = byId.get(String(Reflect.get(Object(claims), 'sub')));
      if (account === undefined) throw tokenRevoked();
      return account;
    },
    remove: async (id) => {
      byId.delete(id);
      removed.push(id);
    },
  };
}

function environmentOf(schema: TestSchema, broker: TestBroker, tokens: TestTokens): NodeJS.ProcessEnv {
  const { databaseConfig } = schema;
  return {
    ...broker.env,
    SERVICE_NAME: 'identity',
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
    EVENTS_TOPIC_ARN: broker.topicArn('identity'),
    USER_POOL_ID: 'eu-west-1_test',
  };
}

function parseEvent(body: string): IdentityEvent {
  const parsed = envelope.parse(JSON.parse(body));
  const type = parsed.type as EventType;
  return { ...parsed, type, data: events[type].schema.parse(parsed.data) } as IdentityEvent;
}
