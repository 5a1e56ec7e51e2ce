import { connectDatabase, createLogger, type Database, runMigrations } from '@torii/chassis';
import { PUBLISHERS } from '@torii/contracts';
import { createTestSchema, createTestTokens, startTestServers, type TestSchema, type TestTokens, tokenVariables } from '@torii/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type BenchProcess, startBenchProcess } from './processes/bench-process.ts';

/** What the programs under test depend on, and the programs themselves: one set for a run. */
export interface Backends {
  readonly tokens: TestTokens;
  /** Of the broker; it holds what AWS SDKs in this process need, too. */
  readonly broker: z.infer<typeof brokerReady>;
  /** An empty schema; a second call of the same name empties it. */
  createSchema(name: string): Promise<TestSchema>;
  /** A schema with the tables of a service, and a pool to it. */
  createServiceSchema(service: 'catalog' | 'jobs'): Promise<ServiceSchema>;
  startServer(server: ServerInit): Promise<BenchProcess<Server>>;
  /** A program that says something else than where it listens. */
  startProgram<R>(program: ServerInit, ready: z.ZodType<R>): Promise<BenchProcess<R>>;
  /** Environment of a service on this run's servers. */
  serviceEnv(service: 'catalog' | 'jobs', schema: TestSchema): Readonly<Record<string, string>>;
  /** Environment that naive stack and services have alike: tokens and traces. */
  readonly sharedEnv: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface ServiceSchema extends TestSchema {
  readonly database: Database;
}

export interface ServerInit {
  /** Name of its log file, too. */
  readonly title: string;
  readonly program: URL;
  readonly preload?: readonly URL[];
  readonly env: Readonly<Record<string, string>>;
}

const serverReady = z.object({ origin: z.url() });
export type Server = z.infer<typeof serverReady>;
const brokerReady = z.object({
  env: z.record(z.string(), z.string()),
  bucket: z.string(),
  topicArns: z.record(z.enum(PUBLISHERS), z.string()),
});

/** A share that a busy system keeps; both sides of every comparison have the same. */
const TRACES_SAMPLING_RATIO = 0.05;
const SILENT = createLogger({ serviceName: 'bench', level: 'silent' });
const MIGRATIONS = {
  catalog: new URL('../../services/catalog/migrations/', import.meta.url),
  jobs: new URL('../../services/jobs/migrations/', import.meta.url),
} as const;

type Close = () => Promise<unknown>;

/** Starts MariaDB, Redis, a broker and a trace collector, all on loopback. */
export async function startBackends(): Promise<Backends> {
  // What was started last is stopped first; nothing stays behind when a start fails.
  const closing: Close[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return { ...(await start(closing)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param closing grows by how to stop what was started */
async function start(closing: Close[]): Promise<Omit<Backends, 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-bench-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const servers = await startTestServers();
  closing.push(() => servers.stop());
  Object.assign(process.env, servers.env);
  const startProgram = async <R>(init: ServerInit, ready: z.ZodType<R>): Promise<BenchProcess<R>> => {
    const started = await startBenchProcess({ ...init, ready, logFile: join(folder, `${init.title}.log`) });
    closing.push(() => started.stop());
    return started;
  };
  const programs = new URL('./servers/', import.meta.url);
  const broker = await startProgram({ title: 'broker', program: new URL('broker.ts', programs), env: {} }, brokerReady);
  const collector = await startProgram({ title: 'collector', program: new URL('collector.ts', programs), env: {} }, serverReady);
  Object.assign(process.env, broker.ready.env);
  const tokens = await createTestTokens();
  const createSchema = async (name: string): Promise<TestSchema> => {
    const schema = await createTestSchema(name);
    closing.push(() => schema.close());
    return schema;
  };
  return {
    tokens,
    broker: broker.ready,
    createSchema,
    createServiceSchema: async (service) => {
      const schema = await createSchema(service);
      const database = await connectDatabase(schema.databaseOptions);
      closing.push(() => database.close());
      await runMigrations(database, MIGRATIONS[service], SILENT);
      return { ...schema, database };
    },
    startProgram,
    startServer: (init) => startProgram(init, serverReady),
    serviceEnv: (service, schema) => serviceEnv(service, schema, broker.ready),
    sharedEnv: sharedEnv(tokens, collector.ready.origin),
  };
}

function sharedEnv(tokens: TestTokens, otlpEndpoint: string): Readonly<Record<string, string>> {
  return {
    ...tokenVariables(tokens),
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
    OTEL_TRACES_SAMPLER_ARG: String(TRACES_SAMPLING_RATIO),
  };
}

function serviceEnv(
  service: 'catalog' | 'jobs',
  schema: TestSchema,
  broker: z.infer<typeof brokerReady>,
): Readonly<Record<string, string>> {
  return {
    ...broker.env,
    SERVICE_NAME: service,
    ENVIRONMENT: 'bench',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_NAME: schema.databaseConfig.databaseName,
    // The naive stack has as many.
    DATABASE_POOL_SIZE: '20',
    EVENTS_TOPIC_ARN: broker.topicArns[service],
    EVENT_BUS_NAME: 'torii-bench',
    FILES_BUCKET: broker.bucket,
  };
}
