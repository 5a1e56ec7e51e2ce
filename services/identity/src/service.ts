import {
  type Clock,
  composeService,
  connectDatabase,
  createClaimCheck,
  createConsumer,
  createConsumerGate,
  createHttpServer,
  createLogger,
  createOutbox,
  createRelay,
  createSnsClient,
  createSqsClient,
  createTokenVerifier,
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
import type { IdentityConfig } from './config.ts';
import { createHandlers } from './events/handlers.ts';
import { createRoutes } from './http/routes.ts';
import { type Accounts, createAccounts } from './store/accounts.ts';
import type { IdentityContext } from './use-cases/context.ts';

/** What a test may replace. */
export interface IdentityOverrides {
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly accounts?: Accounts;
  readonly verifier?: TokenVerifier;
  readonly clock?: Clock;
  readonly failpoints?: ServiceFailpoints;
}

export async function createIdentity(config: IdentityConfig, overrides: IdentityOverrides = {}): Promise<Service> {
  const { serviceName } = config;
  const failpoints = overrides.failpoints ?? {};
  const logger = overrides.logger ?? createLogger({ serviceName, level: config.logLevel, release: config.release });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const secrets = overrides.secretReader === undefined ? {} : { secretReader: overrides.secretReader };
  const database = await connectDatabase({ ...databaseOptions(config), ...secrets, failpoints: failpoints.database ?? {} });
  const accounts = overrides.accounts ?? createAccounts(config.userPoolId);
  const clock = overrides.clock ?? systemClock;
  const outbox = createOutbox({ publisher: 'identity', database, logger, clock });
  const context: IdentityContext = { database, outbox, accounts, clock };

  const sqs = createSqsClient();
  const shared = { database, logger, claims: createClaimCheck({ bucket: config.messagesBucket }) };
  const commands = { queue: 'identity-commands', queueUrl: config.identityCommandsQueueUrl } as const;
  return composeService({
    logger,
    http: createHttpServer({
      logger,
      port: config.port,
      ...(config.host === undefined ? {} : { host: config.host }),
      routes: createRoutes(context),
      verifier: overrides.verifier ?? createTokenVerifier({ issuer: config.tokenIssuer, clientIds: config.tokenClientIds }),
      release: config.release,
      readiness: { database: database.ping },
    }),
    consumers: [
      createConsumer({
        ...shared,
        ...commands,
        consumer: 'identity',
        sqs,
        handlers: createHandlers(context),
        failpoints: failpoints.consumer,
        gate: createConsumerGate({ ...config, logger }),
      }),
    ],
    relay: createRelay({
      ...shared,
      outbox,
      sns: createSnsClient(),
      topicArn: config.eventsTopicArn,
      sqs,
      queueUrls: { [commands.queue]: commands.queueUrl },
      failpoints: failpoints.relay,
    }),
    database,
    telemetry,
    shutdownTimeoutMs: config.shutdownTimeoutMs,
  });
}
