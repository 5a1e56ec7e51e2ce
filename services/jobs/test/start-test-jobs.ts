import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SendMessageCommandInput } from '@aws-sdk/client-sqs';
import {
  connectDatabase,
  createLogger,
  createTokenVerifier,
  runMigrations,
  type SqsBatchResponse,
  type SqsEvent,
  type Telemetry,
} from '@torii/chassis';
import { type ColumnMapping, type ExportInput, job as jobSchema, type QueueName, upload as uploadSchema } from '@torii/contracts';
import type { z } from 'zod';
import {
  createInvocation,
  createTestClient,
  createTestSchema,
  createTestTokens,
  type EventSource,
  startEventSource,
  startTestBroker,
  type TestBroker,
  type TestClient,
  type TestResponse,
  type TestSchema,
  type TestTokens,
  waitFor,
} from '@torii/testing';
import { readConfig, readWorkerConfig } from '../src/config.ts';
import { createJobs, type JobsOverrides } from '../src/service.ts';
import { createWorker, type Worker, type WorkerOverrides } from '../src/worker.ts';
import { type EventBus, startEventBus } from './event-bus.ts';

const NO_TELEMETRY: Telemetry = { flush: async () => {}, shutdown: async () => {} };

const [importResult, exportResult] = jobSchema.shape.result.unwrap().options;
/** A job as its owner sees it, of either type. */
export const importView = jobSchema.extend({ result: importResult.nullable() });
export const exportView = jobSchema.extend({ result: exportResult.nullable() });
export type ImportView = z.infer<typeof importView>;
export type ExportView = z.infer<typeof exportView>;

/** One signed-in person, and what they do with the service. */
export interface TestUser {
  readonly id: string;
  readonly client: TestClient;
  upload(content: string | Uint8Array, fileName?: string): Promise<string>;
  /** @param key idempotency key, a new one by default */
  request(uploadKey: string, mapping?: ColumnMapping, key?: string): Promise<TestResponse>;
  /** Uploads and requests; returns the accepted job. */
  startImport(content: string | Uint8Array, mapping?: ColumnMapping): Promise<ImportView>;
  getJob(id: string): Promise<ImportView>;
  waitForJob(id: string, status: ImportView['status']): Promise<ImportView>;
  startExport(input: ExportInput): Promise<ExportView>;
  getExport(id: string): Promise<ExportView>;
  waitForExport(id: string, status: ExportView['status']): Promise<ExportView>;
}

export interface TestJobs {
  readonly broker: TestBroker;
  readonly bus: EventBus;
  readonly schema: TestSchema;
  signIn(): Promise<TestUser>;
  /** Puts a message into a queue as it stands. */
  send(queue: QueueName, body: string, attributes?: SendMessageCommandInput['MessageAttributes']): Promise<void>;
  /** The worker's composition root, with the same schema. */
  createWorker(overrides?: WorkerOverrides): Promise<Worker>;
  /** Invokes a worker with what is in its queue, as Lambda's event source does, until stopped. */
  startEventSource(overrides?: WorkerOverrides): Promise<EventSource>;
  stop(): Promise<void>;
}

export const MAPPING: ColumnMapping = { sku: 'sku', name: 'name' };

const LOGGER = createLogger({ serviceName: 'jobs', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export async function startTestJobs(overrides: JobsOverrides = {}): Promise<TestJobs> {
  // As in the template.
  const broker = await startTestBroker({ maxReceiveCount: 20 });
  const [bus, schema, tokens] = await Promise.all([
    startEventBus(({ Source, DetailType, Detail }) => broker.check(`bus, from ${Source}, as ${DetailType}`, Detail)),
    createTestSchema('jobs'),
    createTestTokens(),
  ]);
  Object.assign(process.env, broker.env, bus.env);
  const database = await connectDatabase(schema.databaseOptions);
  await runMigrations(database, new URL('../migrations/', import.meta.url), LOGGER);
  const environment = environmentOf(schema, broker, tokens);
  const service = await createJobs(readConfig(environment), {
    database,
    logger: LOGGER,
    telemetry: NO_TELEMETRY,
    verifier: createTokenVerifier({ issuer: tokens.issuer, clientIds: [tokens.clientId], jwks: tokens.jwks }),
    ...overrides,
  });
  const { port } = await service.start();
  const stops: (() => Promise<void>)[] = [];
  const makeWorker = async (overrides: WorkerOverrides = {}): Promise<Worker> => {
    // As in the function: a pool of its own.
    const own = await connectDatabase({ ...schema.databaseOptions, pool: 3 });
    const worker = await createWorker(readWorkerConfig(environment), {
      database: own,
      logger: LOGGER,
      telemetry: NO_TELEMETRY,
      ...overrides,
    });
    stops.push(() => worker.close());
    return worker;
  };
  return {
    broker,
    bus,
    schema,
    signIn: async () => {
      const id = randomUUID();
      return createTestUser(id, createTestClient(`http://127.0.0.1:${port}`, await tokens.sign({ userId: id })));
    },
    send: async (queue, MessageBody, MessageAttributes) => {
      await broker.sqs.send(new SendMessageCommand({ QueueUrl: broker.queueUrl(queue), MessageBody, MessageAttributes }));
    },
    createWorker: makeWorker,
    startEventSource: async (overrides) => {
      const source = startEventSource({
        sqs: broker.sqs,
        queueUrl: broker.queueUrl('jobs-worker-commands'),
        handle: (await makeWorker(overrides)).handle,
      });
      stops.push(() => source.stop());
      return source;
    },
    stop: async () => {
      // An event source before its worker.
      for (const stop of stops.reverse()) await stop();
      await service.stop();
      await Promise.all([broker.stop(), bus.stop(), schema.close()]);
    },
  };
}

function environmentOf({ databaseConfig }: TestSchema, broker: TestBroker, tokens: TestTokens): NodeJS.ProcessEnv {
  return {
    ...broker.env,
    SERVICE_NAME: 'jobs',
    ENVIRONMENT: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    API_BASE_PATH: '/v1',
    TOKEN_ISSUER: tokens.issuer,
    TOKEN_CLIENT_IDS: tokens.clientId,
    DATABASE_SECRET_ARN: databaseConfig.databaseSecretArn,
    DATABASE_HOST: databaseConfig.databaseHost,
    DATABASE_PORT: String(databaseConfig.databasePort),
    DATABASE_NAME: databaseConfig.databaseName,
    EVENTS_TOPIC_ARN: broker.topicArn('jobs'),
    EVENT_BUS_NAME: 'torii-test',
    FILES_BUCKET: broker.bucket,
  };
}

/** Invokes the worker once with one command, as Lambda does with one record. */
export function invoke(
  worker: Worker,
  command: { readonly type: string; readonly data: unknown; readonly id?: string },
  attempt = 1,
): Promise<SqsBatchResponse> {
  const body = JSON.stringify({
    specversion: '1.0',
    id: command.id ?? randomUUID(),
    source: '/torii/jobs',
    type: command.type,
    subject: 'test',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: command.data,
  });
  const record = {
    messageId: randomUUID(),
    receiptHandle: 'none',
    body,
    attributes: { ApproximateReceiveCount: String(attempt) },
    messageAttributes: {},
  };
  const event: SqsEvent = { Records: [record] };
  return worker.handle(event, createInvocation());
}

function createTestUser(id: string, client: TestClient): TestUser {
  const user: TestUser = {
    id,
    client,
    upload: async (content, fileName = 'items.csv') => {
      const bytes = Buffer.from(content);
      const { body } = await client.post('/jobs/uploads', { fileName, contentType: 'text/csv', sizeBytes: bytes.length });
      const target = uploadSchema.parse(body);
      const answer = await fetch(target.url, { method: target.method, headers: target.headers, body: bytes });
      if (!answer.ok) throw new Error(`The upload failed with ${answer.status}: ${await answer.text()}`);
      return target.uploadKey;
    },
    request: (uploadKey, mapping = MAPPING, key = randomUUID()) =>
      client.post('/jobs', { type: 'catalog-import', input: { uploadKey, mapping } }, { headers: { 'idempotency-key': key } }),
    startImport: async (content, mapping) => importView.parse((await user.request(await user.upload(content), mapping)).body),
    getJob: async (id) => importView.parse((await client.get(`/jobs/${id}`)).body),
    waitForJob: (id, status) => waitForStatus(() => user.getJob(id), status),
    startExport: async (input) => {
      const headers = { 'idempotency-key': randomUUID() };
      return exportView.parse((await client.post('/jobs', { type: 'catalog-export', input }, { headers })).body);
    },
    getExport: async (id) => exportView.parse((await client.get(`/jobs/${id}`)).body),
    waitForExport: (id, status) => waitForStatus(() => user.getExport(id), status),
  };
  return user;
}

function waitForStatus<J extends { readonly status: string }>(find: () => Promise<J>, status: string): Promise<J> {
  const check = async (): Promise<J> => {
    const found = await find();
    if (found.status !== status) throw new Error(`job is ${JSON.stringify(found)}`);
    return found;
  };
  return waitFor(check, { what: `Status ${status} of the job` }) as Promise<J>;
}
