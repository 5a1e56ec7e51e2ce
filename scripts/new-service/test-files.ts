import type { Names } from './names.ts';

/** Component tests through the whole service, and what starts it. */
export function createTestFiles(names: Names): Readonly<Record<string, string>> {
  const folder = `services/${names.name}/test`;
  return {
    [`${folder}/notes.test.ts`]: notesTest(names),
    [`${folder}/events.test.ts`]: eventsTest(names),
    [`${folder}/contract-examples.test.ts`]: examplesTest(names),
    [`${folder}/start-test-${names.name}.ts`]: startTest(names),
  };
}

const notesTest = (names: Names): string => `import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type SignedUp, startTest${names.pascal}, type ${names.pascal}UnderTest } from './start-test-${names.name}.ts';

const NOTES = '/${names.name}/notes';
let service: ${names.pascal}UnderTest;

beforeAll(async () => {
  service = await startTest${names.pascal}();
});
afterAll(() => service.stop());

/** @returns the path of a note that says \`Hello\` */
async function writeNote(owner: SignedUp): Promise<string> {
  const { headers } = await owner.post(NOTES, { text: 'Hello' });
  return (headers.get('location') ?? '').slice('/v1'.length);
}

${creationTests(names)}
${changeTests(names)}`;

const creationTests = ({ name, capitals }: Names): string => `describe('POST /${name}/notes', () => {
  it('keeps the note, says where it is, and publishes that it was created', async () => {
    const user = await service.signUp();
    const { status, headers, body } = await user.post(NOTES, { text: ' Hello ' });
    const times = { createdAt: expect.any(String), updatedAt: expect.any(String) };
    expect([status, body]).toEqual([201, { id: expect.any(String), ownerId: user.id, text: 'Hello', version: 1, ...times }]);
    const location = headers.get('location') ?? '';
    expect(location).toMatch(/^\\/v1\\/${name}\\/notes\\/[0-9a-f-]{36}$/);
    const read = await user.get(location.slice('/v1'.length));
    expect([read.body, read.headers.get('etag'), headers.get('etag')]).toEqual([body, '"1"', '"1"']);
    const [event] = await service.takeEvents(1);
    expect([event?.type, event?.subject]).toEqual(['${name}.note.created.v1', location.split('/').at(-1)]);
    expect(event?.data).toMatchObject({ noteId: event?.subject, ownerId: user.id, version: 1 });
  });

  it('writes one note for one key, and refuses the key for another', async () => {
    const user = await service.signUp();
    const once = { headers: { 'idempotency-key': randomUUID() } };
    const [first, again] = [await user.post(NOTES, { text: 'Hello' }, once), await user.post(NOTES, { text: 'Hello' }, once)];
    expect([again.status, again.body, again.headers.get('location')]).toEqual([201, first.body, first.headers.get('location')]);
    const { status, problem } = await user.post(NOTES, { text: 'Something else' }, once);
    expect([status, problem.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await service.countNotes(user)).toBe(1);
    await service.takeEvents(1);
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
    for (const path of [await writeNote(owner), \`\${NOTES}/\${randomUUID()}\`]) {
      const { status, problem } = await other.get(path);
      expect([status, problem.code]).toEqual([404, '${capitals}_NOTE_NOT_FOUND']);
    }
    await service.takeEvents(1);
  });
});
`;

const changeTests = ({ name, capitals }: Names): string => `describe('PATCH /${name}/notes/:id', () => {
  const basedOn = (etag: string) => ({ headers: { 'if-match': etag } });

  it('changes the version that it was based on, raises it, and publishes that', async () => {
    const owner = await service.signUp();
    const path = await writeNote(owner);
    const { status, headers, body } = await owner.patch(path, { text: 'Goodbye' }, basedOn('"1"'));
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ text: 'Goodbye', version: 2 });
    expect((await owner.get(path)).body).toEqual(body);
    expect((await service.takeEvents(2)).map(({ type, aggregateversion }) => [type, aggregateversion])).toEqual([
      ['${name}.note.created.v1', 1],
      ['${name}.note.changed.v1', 2],
    ]);
  });

  it('keeps the version of a note that says the same already', async () => {
    const owner = await service.signUp();
    const { status, headers } = await owner.patch(await writeNote(owner), { text: 'Hello' }, basedOn('*'));
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    await service.takeEvents(1);
  });

  it('lets one of two changes of the same version win', async () => {
    const owner = await service.signUp();
    const path = await writeNote(owner);
    const answers = await Promise.all(['A', 'B'].map((text) => owner.patch(path, { text }, basedOn('"1"'))));
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 412]);
    expect(answers.find(({ status }) => status === 412)?.problem.code).toBe('${capitals}_NOTE_VERSION_STALE');
    await service.takeEvents(2);
  });

  it.each([
    [428, 'IF_MATCH_REQUIRED', {}],
    [400, 'IF_MATCH_MALFORMED', { 'if-match': '1' }],
    [412, '${capitals}_NOTE_VERSION_STALE', { 'if-match': 'W/"1"' }],
  ] as const)('answers %i %s to %j', async (expected, code, headers) => {
    const owner = await service.signUp();
    const { status, problem } = await owner.patch(await writeNote(owner), { text: 'Goodbye' }, { headers });
    expect([status, problem.code]).toEqual([expected, code]);
    await service.takeEvents(1);
  });

  it("does not find somebody else's note", async () => {
    const [owner, other] = [await service.signUp(), await service.signUp()];
    const { status, problem } = await other.patch(await writeNote(owner), { text: 'Mine' }, basedOn('*'));
    expect([status, problem.code]).toEqual([404, '${capitals}_NOTE_NOT_FOUND']);
    await service.takeEvents(1);
  });
});
`;

const eventsTest = ({ name, pascal }: Names): string => `import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTest${pascal}, type ${pascal}UnderTest } from './start-test-${name}.ts';

const NOTES = '/${name}/notes';
let service: ${pascal}UnderTest;

beforeAll(async () => {
  service = await startTest${pascal}();
});
afterAll(() => service.stop());

describe('identity.user.deleted.v1', () => {
  it('deletes the notes of the person, more than a batch of them, and of nobody else', async () => {
    const [leaver, other] = [await service.signUp(), await service.signUp()];
    await other.post(NOTES, { text: 'Kept' });
    await service.schema.query(
      "INSERT INTO notes SELECT UUID(), ?, 'Hello', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM seq_1_to_501",
      [leaver.id],
    );
    await service.deleteUser(leaver);
    expect([await service.countNotes(leaver), await service.countNotes(other)]).toEqual([0, 1]);
  });

  it('takes nothing more for the person, and may come again', async () => {
    const leaver = await service.signUp();
    await service.deleteUser(leaver);
    await service.deleteUser(leaver);
    const { status, problem } = await leaver.post(NOTES, { text: 'Late' });
    expect([status, problem.code]).toEqual([403, 'OWNER_DELETED']);
    expect(await service.countNotes(leaver)).toBe(0);
  });
});
`;

const examplesTest = ({
  name,
  pascal,
}: Names): string => `// ${pascal} takes every golden example of every message that its queue may bring, retired versions too.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliverExample, listGoldenExamples } from '@torii/testing';
import { startTest${pascal}, type ${pascal}UnderTest } from './start-test-${name}.ts';

let service: ${pascal}UnderTest;

beforeAll(async () => {
  service = await startTest${pascal}();
});
afterAll(() => service.stop());

describe('${name}-events', () => {
  const examples = listGoldenExamples('${name}-events');

  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(1);
  });

  it.each(examples)('brings $type, $name', async (example) => {
    expect(await deliverExample(service.broker, '${name}-events', example)).toBeUndefined();
    const { id } = JSON.parse(example.body) as { readonly id: string };
    const rows = await service.schema.query("SELECT 1 FROM inbox_messages WHERE consumer = '${name}' AND message_id = ?", [id]);
    expect(rows).toHaveLength(1);
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
  deliverExample,
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
${userDeleted(names)}
${environmentOf(names)}`;

const startFunction = ({ name, pascal }: Names): string => `/** A person with a token. */
export interface SignedUp extends TestClient {
  readonly id: string;
}

/** The whole service in this process, with a MariaDB schema, a broker and a token issuer of its own. */
export interface ${pascal}UnderTest {
  readonly broker: TestBroker;
  readonly schema: TestSchema;
  signUp(): Promise<SignedUp>;
  /** Tells the service that the person is gone, and waits until it is done with that. */
  deleteUser(user: SignedUp): Promise<void>;
  /** The next \`count\` events that it published. */
  takeEvents(count: number): Promise<readonly Envelope[]>;
  countNotes(owner: SignedUp): Promise<number>;
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
    broker,
    schema,
    signUp: async () => {
      const id = randomUUID();
      return { ...createTestClient(\`http://127.0.0.1:\${port}\`, await tokens.sign({ userId: id })), id };
    },
    deleteUser: ({ id }) => deliverUserDeleted(broker, id),
    takeEvents: async (count) => (await broker.receiveAll(probeUrl, count)).map(({ Body }) => readEvent(Body ?? '')),
    countNotes: async ({ id }) => Number((await schema.query<{ n: number }>('SELECT COUNT(*) AS n FROM notes WHERE owner_id = ?', [id]))[0]?.n),
    stop: async () => {
      await service.stop();
      await broker.stop();
      await schema.close();
    },
  };
}
`;

const userDeleted = ({ name }: Names): string => `function readEvent(body: string): Envelope {
  const { data, ...event } = envelope.parse(JSON.parse(body));
  return { ...event, data };
}

/** Says that the person is gone, as identity does. @returns once the service is done with it; then it must be no dead letter */
async function deliverUserDeleted(broker: TestBroker, userId: string): Promise<void> {
  const [type, id, time] = ['identity.user.deleted.v1', randomUUID(), new Date().toISOString()] as const;
  const head = { specversion: '1.0', id, source: '/torii/identity', type, subject: userId, time, datacontenttype: 'application/json' };
  const body = JSON.stringify({ ...head, data: { userId, deletedAt: time } });
  const failure = await deliverExample(broker, '${name}-events', { type, name: 'of this test', body });
  if (failure !== undefined) throw new Error(\`\${type} became a dead letter: \${failure}\`);
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
