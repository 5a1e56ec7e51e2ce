import {
  type Clock,
  composeService,
  connectDatabase,
  createConsumer,
  createEventBridgeClient,
  createHttpServer,
  type CreateId,
  createLogger,
  createOutbox,
  createRelay,
  createSnsClient,
  createSqsClient,
  createTokenVerifier,
  createUuid,
  type Database,
  type Logger,
  type Relay,
  type SecretReader,
  type Service,
  startTelemetry,
  systemClock,
  type Telemetry,
  type TokenVerifier,
} from '@torii/chassis';
import type { JobsConfig } from './config.ts';
import { createHandlers } from './events/handlers.ts';
import { createRoutes } from './http/routes.ts';
import { databaseOptions, readerOf, telemetryOptions } from './process-options.ts';
import { createStalledJobCheck, type StalledJobCheck } from './stalled-job-check.ts';
import { createFileStore, createS3Client, type FileStore } from './store/files.ts';
import type { JobsContext } from './use-cases/context.ts';

/** What a test may replace. */
export interface JobsOverrides {
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  readonly database?: Database;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly files?: FileStore;
  readonly verifier?: TokenVerifier;
  readonly clock?: Clock;
  readonly createId?: CreateId;
  /** How often stalled jobs are looked for. @default 60000 */
  readonly stalledCheckMs?: number;
}

/** Answers of catalog handled at once: those of one import wait for each other at its row. */
const EVENT_CONCURRENCY = 2;

/** Nobody who has waited for an hour minds a minute. */
const STALLED_CHECK_MS = 60_000;

export async function createJobs(config: JobsConfig, overrides: JobsOverrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ serviceName: config.serviceName, level: config.logLevel });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const database = overrides.database ?? (await connectDatabase({ ...databaseOptions(config), ...readerOf(overrides) }));
  const files = overrides.files ?? createFileStore(createS3Client(), config.filesBucket);
  const clock = overrides.clock ?? systemClock;
  const outbox = createOutbox({ publisher: 'jobs', database, clock });
  const context: JobsContext = { database, outbox, files, clock, createId: overrides.createId ?? createUuid };

  const sqs = createSqsClient();
  const consumer = createConsumer({
    consumer: 'jobs',
    queue: 'jobs-events',
    queueUrl: config.jobsEventsQueueUrl,
    concurrency: EVENT_CONCURRENCY,
    sqs,
    handlers: createHandlers(context),
    database,
    logger,
  });
  const http = createHttpServer({
    logger,
    port: config.port,
    ...(config.host === undefined ? {} : { host: config.host }),
    routes: createRoutes(context, config.apiBasePath),
    verifier: overrides.verifier ?? createTokenVerifier({ issuer: config.tokenIssuer, clientIds: config.tokenClientIds }),
    readiness: { database: database.ping },
  });
  const { shutdownTimeoutMs } = config;
  const relay = createJobsRelay(config, context, { sqs, logger });
  const service = composeService({ logger, http, consumers: [consumer], relay, database, telemetry, shutdownTimeoutMs });
  return withCheck(service, createStalledJobCheck(context, logger, overrides.stalledCheckMs ?? STALLED_CHECK_MS));
}

/** The check goes first when the service stops: it needs the database. */
function withCheck(service: Service, check: StalledJobCheck): Service {
  return {
    ...service,
    start: async () => {
      const started = await service.start();
      check.start();
      return started;
    },
    stop: async () => {
      await check.stop();
      await service.stop();
    },
  };
}

function createJobsRelay(
  config: JobsConfig,
  { outbox, database }: JobsContext,
  { sqs, logger }: { readonly sqs: ReturnType<typeof createSqsClient>; readonly logger: Logger },
): Relay {
  return createRelay({
    outbox,
    database,
    sns: createSnsClient(),
    topicArn: config.eventsTopicArn,
    sqs,
    queueUrls: { 'jobs-worker-commands': config.jobsWorkerCommandsQueueUrl },
    events: createEventBridgeClient(),
    busName: config.eventBusName,
    logger,
  });
}
