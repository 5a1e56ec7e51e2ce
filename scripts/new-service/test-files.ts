import type { Names } from './names.ts';

/** One component test through the whole service, and what starts it. */
export function createTestFiles(names: Names): Readonly<Record<string, string>> {
  const folder = `services/${names.name}/test`;
  return {
    [`${folder}/notes.test.ts`]: notesTest(names),
    [`${folder}/start-test-${names.name}.ts`]: startTest(names),
  };
}

const notesTest = ({ name, capitals, pascal }: Names): string => `import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTest${pascal}, type ${pascal}UnderTest } from './start-test-${name}.ts';

const NOTES = '/${name}/notes';
let service: ${pascal}UnderTest;

beforeAll(async () => {
  service = await startTest${pascal}();
});
afterAll(() => service.stop());

describe('POST /${name}/notes', () => {
  it('keeps the note, says where it is, and publishes that it was created', async () => {
    const user = await service.signUp();
    const { status, headers, body } = await user.post(NOTES, { text: ' Hello ' });
    expect([status, body]).toEqual([201, { id: expect.any(String), ownerId: user.id, text: 'Hello', createdAt: expect.any(String) }]);
    const location = headers.get('location') ?? '';
    expect(location).toMatch(/^\\/v1\\/${name}\\/notes\\/[0-9a-f-]{36}$/);
    expect((await user.get(location.slice('/v1'.length))).body).toEqual(body);
    const { type, subject, data } = await service.takeEvent();
    expect([type, subject]).toEqual(['${name}.note.created.v1', location.split('/').at(-1)]);
    expect(data).toMatchObject({ noteId: subject, ownerId: user.id });
  });

  it.each([{}, { text: ' ' }, { text: 'x', more: 1 }])('refuses %j', async (draft) => {
    const { status, problem } = await (await service.signUp()).post(NOTES, draft);
    expect([status, problem.code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('lets nobody in without a token', async () => {
    const { status, problem } = await (await service.signUp()).post(NOTES, { text: 'Hello' }, { token: null });
    expect([status, problem.code]).toEqual([401, 'TOKEN_MISSING']);
  });
});

describe('GET /${name}/notes/:id', () => {
  it("finds neither what is not there nor somebody else's note", async () => {
    const [owner, other] = [await service.signUp(), await service.signUp()];
    const location = (await owner.post(NOTES, { text: 'Mine' })).headers.get('location') ?? '';
    for (const path of [location.slice('/v1'.length), \`\${NOTES}/\${randomUUID()}\`]) {
      const { status, problem } = await other.get(path);
      expect([status, problem.code]).toEqual([404, '${capitals}_NOTE_NOT_FOUND']);
    }
  });
});
`;

const startTest = (
  names: Names,
): string => `import { connectDatabase, createLogger, createTokenVerifier, runMigrations } from '@torii/chassis';
import { type Envelope, envelope } from '@torii/contracts';
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
import { create${names.pascal} } from '../src/service.ts';

${startFunction(names)}
${environmentOf(names)}`;

const startFunction = ({ name, pascal }: Names): string => `/** A person with a token. */
interface SignedUp extends TestClient {
  readonly id: string;
}

/** The whole service in this process, with a MariaDB schema, a broker and a token issuer of its own. */
export interface ${pascal}UnderTest {
  signUp(): Promise<SignedUp>;
  /** The next event that it published. */
  takeEvent(): Promise<Envelope>;
  stop(): Promise<void>;
}

const SILENT = createLogger({ serviceName: '${name}', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export async function startTest${pascal}(): Promise<${pascal}UnderTest> {
  const [schema, broker, tokens] = [await createTestSchema('${name}'), await startTestBroker(), await createTestTokens()];
  Object.assign(process.env, broker.env);
  const probeUrl = broker.createQueue('probe');
  broker.subscribe(broker.topicArn('${name}'), probeUrl);

  const database = await connectDatabase(schema.databaseOptions);
  await runMigrations(database, new URL('../migrations/', import.meta.url), SILENT);
  await database.close();

  const service = await create${pascal}(readConfig(environmentOf(schema, broker, tokens)), {
    logger: SILENT,
    telemetry: { flush: async () => {}, shutdown: async () => {} },
    secretReader: schema.environment.secretReader,
    verifier: createTokenVerifier({ issuer: tokens.issuer, clientIds: [tokens.clientId], jwks: tokens.jwks }),
  });
  const { port } = await service.start();

  return {
    signUp: async () => {
      const id = randomUUID();
      return { ...createTestClient(\`http://127.0.0.1:\${port}\`, await tokens.sign({ userId: id })), id };
    },
    takeEvent: async () => {
      const [message] = await broker.receiveAll(probeUrl, 1);
      const { data, ...event } = envelope.parse(JSON.parse(message?.Body ?? ''));
      return { ...event, data };
    },
    stop: async () => {
      await service.stop();
      await broker.stop();
      await schema.close();
    },
  };
}
`;

const environmentOf = ({
  name,
}: Names): string => `function environmentOf(schema: TestSchema, broker: TestBroker, tokens: TestTokens): NodeJS.ProcessEnv {
  const { databaseConfig } = schema;
  return {
    ...broker.env,
    SERVICE_NAME: '${name}',
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
    EVENTS_TOPIC_ARN: broker.topicArn('${name}'),
  };
}
`;
