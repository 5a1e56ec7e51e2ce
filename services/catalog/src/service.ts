import {
  type Clock,
  composeService,
  connectCache,
  connectDatabase,
  createClaimCheck,
  createConsumer,
  createConsumerGate,
  createHttpServer,
  type CreateId,
  createLogger,
  createOutbox,
  createRelay,
  createSnsClient,
  createSqsClient,
  createTokenVerifier,
  createUuid,
  databaseOptions,
  type Logger,
  type SecretReader,
  type Service,
  type ServiceFailpoints,
  startTelemetry,
  systemClock,
  type Telemetry,
  telemetryOptions,
  type TokenVerifier,
} from '@torii/chassis';
import type { CatalogConfig } from './config.ts';
import { createHandlers } from './events/handlers.ts';
import { createRoutes } from './http/routes.ts';
import type { CatalogContext } from './use-cases/context.ts';

/** What a test may replace. */
export interface CatalogOverrides {
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly verifier?: TokenVerifier;
  readonly clock?: Clock;
  readonly createId?: CreateId;
  readonly failpoints?: ServiceFailpoints;
  /** How long a frozen leader of the relay keeps the lead. @default the chassis's */
  readonly leaseSeconds?: number;
}

export async function createCatalog(config: CatalogConfig, overrides: CatalogOverrides = {}): Promise<Service> {
  const { serviceName } = config;
  const failpoints = overrides.failpoints ?? {};
  const logger = overrides.logger ?? createLogger({ serviceName, level: config.logLevel, release: config.release });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const secrets = overrides.secretReader === undefined ? {} : { secretReader: overrides.secretReader };
  const database = await connectDatabase({
    ...databaseOptions(config),
    ...secrets,
    failpoints: failpoints.database ?? {},
  });
  const cache = await connectCache({ ...cacheOptions(config), ...secrets, logger });
  const clock = overrides.clock ?? systemClock;
  const createId = overrides.createId ?? createUuid;
  const outbox = createOutbox({ publisher: 'catalog', database, logger, clock });
  const context: CatalogContext = { database, outbox, cache, clock, createId };

  const claims = createClaimCheck({ bucket: config.messagesBucket });
  const publication = { outbox, database, claims, logger, failpoints: failpoints.relay, ...leaseOf(overrides) };
  const relay = createRelay({ ...publication, sns: createSnsClient(), topicArn: config.eventsTopicArn });
  const consumption = {
    consumer: 'catalog',
    sqs: createSqsClient(),
    claims,
    handlers: createHandlers(context),
    database,
    logger,
    failpoints: failpoints.consumer,
    gate: createConsumerGate({ ...config, logger }),
  } as const;
  const http = createHttpServer({
    logger,
    port: config.port,
    ...(config.host === undefined ? {} : { host: config.host }),
    routes: createRoutes(context, config.apiBasePath),
    verifier: overrides.verifier ?? createTokenVerifier({ issuer: config.tokenIssuer, clientIds: config.tokenClientIds }),
    // Without the cache the catalog is slower but works, so only the database decides.
    release: config.release,
    readiness: { database: database.ping },
  });
  return composeService({
    logger,
    http,
    consumers: [
      createConsumer({ ...consumption, queue: 'catalog-events', queueUrl: config.catalogEventsQueueUrl }),
      createConsumer({ ...consumption, queue: 'catalog-commands', queueUrl: config.catalogCommandsQueueUrl }),
    ],
    relay,
    database,
    cache,
    telemetry,
    shutdownTimeoutMs: config.shutdownTimeoutMs,
  });
}

function leaseOf({ leaseSeconds }: CatalogOverrides): Pick<CatalogOverrides, 'leaseSeconds'> {
  return leaseSeconds === undefined ? {} : { leaseSeconds };
}

function cacheOptions(config: CatalogConfig): Omit<Parameters<typeof connectCache>[0], 'logger'> {
  // What is cached are rows of this schema.
  return { host: config.cacheHost, port: config.cachePort, secretArn: config.cacheSecretArn, prefix: `${config.databaseName}:` };
}
