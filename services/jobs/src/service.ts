import {
  type ClaimCheck,
  type Clock,
  composeService,
  connectDatabase,
  type ConsumerGate,
  type ConsumerStep,
  createClaimCheck,
  createConsumer,
  createConsumerGate,
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
  databaseOptions,
  type Failpoints,
  type Logger,
  type QueueConsumer,
  type Relay,
  type SecretReader,
  type Service,
  type ServiceFailpoints,
  startTelemetry,
  systemClock,
  type Telemetry,
  telemetryOptions,
  type TokenVerifier,
} from '@torii/chassis';
import type { JobsConfig } from './config.ts';
import { createHandlers } from './events/handlers.ts';
import { createProjectionHandlers } from './events/projection-handlers.ts';
import { createRoutes } from './http/routes.ts';
import { readerOf } from './process-options.ts';
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
  readonly failpoints?: JobsFailpoints;
}

export interface JobsFailpoints extends ServiceFailpoints {
  readonly projection?: Failpoints<ConsumerStep>;
}

/** Progress of the worker waits in the outbox for this long at most. */
const RELAY_POLL_MS = 250;
/** Nobody who has waited for minutes minds another. */
const STALLED_CHECK_MS = 60_000;

export async function createJobs(config: JobsConfig, overrides: JobsOverrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ serviceName: config.serviceName, level: config.logLevel, release: config.release });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const failpoints = overrides.failpoints ?? {};
  const database = overrides.database ?? (await connect(config, overrides));
  const files = overrides.files ?? createFileStore(createS3Client(), config.filesBucket);
  const clock = overrides.clock ?? systemClock;
  const outbox = createOutbox({ publisher: 'jobs', database, logger, clock });
  const context: JobsContext = { database, outbox, files, clock, createId: overrides.createId ?? createUuid, logger };
  const messaging: Messaging = {
    sqs: createSqsClient(),
    claims: createClaimCheck({ bucket: config.messagesBucket }),
    gate: createConsumerGate({ ...config, logger }),
    failpoints,
  };
  const http = createHttpServer({
    logger,
    port: config.port,
    ...(config.host === undefined ? {} : { host: config.host }),
    routes: createRoutes(context, config.apiBasePath),
    verifier: overrides.verifier ?? createTokenVerifier({ issuer: config.tokenIssuer, clientIds: config.tokenClientIds }),
    release: config.release,
    readiness: { database: database.ping },
  });
  const { shutdownTimeoutMs } = config;
  const relay = createJobsRelay(config, context, messaging);
  const consumers = [...createJobsConsumers(config, context, messaging), ...createProjectionConsumers(config, context, messaging)];
  const service = composeService({ logger, http, consumers, relay, database, telemetry, shutdownTimeoutMs });
  return withCheck(service, createStalledJobCheck(context, logger, overrides.stalledCheckMs ?? STALLED_CHECK_MS));
}

function connect(config: JobsConfig, overrides: JobsOverrides): Promise<Database> {
  const failpoints = overrides.failpoints?.database ?? {};
  return connectDatabase({ ...databaseOptions(config), ...readerOf(overrides), failpoints });
}

interface Messaging {
  readonly sqs: ReturnType<typeof createSqsClient>;
  readonly claims: ClaimCheck;
  /** One for all four queues. */
  readonly gate: ConsumerGate;
  readonly failpoints: JobsFailpoints;
}

/** Answers that imports wait for, and what the schedule asks for. */
function createJobsConsumers(
  config: JobsConfig,
  context: JobsContext,
  { sqs, claims, gate, failpoints }: Messaging,
): readonly QueueConsumer[] {
  const { database, logger } = context;
  const shared = {
    consumer: 'jobs',
    sqs,
    claims,
    handlers: createHandlers(context),
    database,
    logger,
    failpoints: failpoints.consumer,
    gate,
  } as const;
  return [
    createConsumer({ ...shared, queue: 'jobs-events', queueUrl: config.jobsEventsQueueUrl }),
    createConsumer({ ...shared, queue: 'jobs-commands', queueUrl: config.jobsCommandsQueueUrl }),
  ];
}

/** The copy of the catalog has queues of its own, so that thousands of items never stand before the answers of an import. */
function createProjectionConsumers(
  config: JobsConfig,
  { database, logger }: JobsContext,
  { sqs, claims, gate, failpoints }: Messaging,
): readonly QueueConsumer[] {
  const handlers = createProjectionHandlers(database);
  const shared = { consumer: 'jobs-projection', sqs, claims, handlers, database, logger, failpoints: failpoints.projection, gate } as const;
  return [
    createConsumer({ ...shared, queue: 'jobs-projection-events', queueUrl: config.jobsProjectionEventsQueueUrl }),
    createConsumer({ ...shared, queue: 'jobs-projection-commands', queueUrl: config.jobsProjectionCommandsQueueUrl }),
  ];
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

function createJobsRelay(config: JobsConfig, { outbox, database, logger }: JobsContext, { sqs, claims, failpoints }: Messaging): Relay {
  return createRelay({
    outbox,
    database,
    claims,
    sns: createSnsClient(),
    topicArn: config.eventsTopicArn,
    sqs,
    queueUrls: { 'jobs-worker-commands': config.jobsWorkerCommandsQueueUrl },
    events: createEventBridgeClient(),
    busName: config.eventBusName,
    pollMs: RELAY_POLL_MS,
    logger,
    failpoints: failpoints.relay,
  });
}
