import type { Names } from './names.ts';

/** What is the same in every service but for its name: start, configuration, migrations, wiring. */
export function createFrameFiles(names: Names): Readonly<Record<string, string>> {
  const folder = `services/${names.name}`;
  return {
    [`${folder}/src/main.ts`]: main(names),
    [`${folder}/src/migrate.ts`]: migrate(),
    [`${folder}/src/config.ts`]: config(names),
    [`${folder}/src/service.ts`]: service(names),
    [`${folder}/migrations/0001-create-messaging-tables.ts`]: migration('createMessagingTables'),
    [`${folder}/migrations/0002-create-message-failures.ts`]: migration('createMessageFailures'),
  };
}

const main = ({ pascal }: Names): string => `import { runService } from '@torii/chassis';
import { readConfig } from './config.ts';
import { create${pascal} } from './service.ts';

await runService(() => create${pascal}(readConfig(process.env)));
`;

const migrate = (): string => `import { connectDatabase, createLogger, MIGRATION_QUERY_TIMEOUT_MS, runMigrations } from '@torii/chassis';
import { readConfig } from './config.ts';
import { databaseOptions } from './service.ts';

// Runs before the service, as its own task: the schema is ready when the first new task starts, and the old ones still run.
const config = readConfig(process.env);
const logger = createLogger({ serviceName: \`\${config.serviceName}-migrate\`, level: config.logLevel });
const database = await connectDatabase({ ...databaseOptions(config), queryTimeoutMs: MIGRATION_QUERY_TIMEOUT_MS });
try {
  await runMigrations(database, new URL('../migrations/', import.meta.url), logger);
} finally {
  await database.close();
}
`;

const config = ({
  pascal,
}: Names): string => `import { consumerConfig, databaseConfig, messagesConfig, outboxConfig, parseConfig, serviceConfig, tokenConfig } from '@torii/chassis';
import { z } from 'zod';

const schema = z.object({
  ...serviceConfig.shape,
  ...databaseConfig.shape,
  ...tokenConfig.shape,
  ...outboxConfig.shape,
  // It takes no messages yet; a release of a service that does waits until it may.
  ...consumerConfig.shape,
  ...messagesConfig.shape,
});
export type ${pascal}Config = z.infer<typeof schema>;

/** @throws Error that names every missing or bad variable */
export function readConfig(env: NodeJS.ProcessEnv): ${pascal}Config {
  return parseConfig(schema, env);
}
`;

const migration = (create: string): string => `import { ${create} } from '@torii/chassis';
import type { QueryInterface } from 'sequelize';

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await ${create}(context);
}
`;

const service = (names: Names): string => `import {
  type Clock,
  composeService,
  connectDatabase,
  createClaimCheck,
  createHttpServer,
  type CreateId,
  createLogger,
  createOutbox,
  createRelay,
  createSnsClient,
  createTokenVerifier,
  createUuid,
  type Logger,
  type SecretReader,
  type Service,
  startTelemetry,
  systemClock,
  type Telemetry,
  type TokenVerifier,
} from '@torii/chassis';
import type { ${names.pascal}Config } from './config.ts';
import { createRoutes } from './http/routes.ts';
import type { ${names.pascal}Context } from './use-cases/context.ts';

${composition(names)}
${optionReaders(names)}`;

const composition = ({ name, pascal }: Names): string => `/** What a test may replace. */
export interface ${pascal}Overrides {
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly verifier?: TokenVerifier;
  readonly clock?: Clock;
  readonly createId?: CreateId;
}

export async function create${pascal}(config: ${pascal}Config, overrides: ${pascal}Overrides = {}): Promise<Service> {
  const { serviceName } = config;
  const logger = overrides.logger ?? createLogger({ serviceName, level: config.logLevel, release: config.release });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const secrets = overrides.secretReader === undefined ? {} : { secretReader: overrides.secretReader };
  const database = await connectDatabase({ ...databaseOptions(config), ...secrets });
  const clock = overrides.clock ?? systemClock;
  const outbox = createOutbox({ publisher: '${name}', database, logger, clock });
  const context: ${pascal}Context = { database, outbox, clock, createId: overrides.createId ?? createUuid };

  return composeService({
    logger,
    http: createHttpServer({
      logger,
      port: config.port,
      ...(config.host === undefined ? {} : { host: config.host }),
      routes: createRoutes(context, config.apiBasePath),
      verifier: overrides.verifier ?? createTokenVerifier({ issuer: config.tokenIssuer, clientIds: config.tokenClientIds }),
      release: config.release,
      readiness: { database: database.ping },
    }),
    relay: createRelay({
      outbox,
      database,
      claims: createClaimCheck({ bucket: config.messagesBucket }),
      sns: createSnsClient(),
      topicArn: config.eventsTopicArn,
      logger,
    }),
    database,
    telemetry,
    shutdownTimeoutMs: config.shutdownTimeoutMs,
  });
}
`;

const optionReaders = ({ pascal }: Names): string => `/** What \`migrate.ts\` needs of the configuration too. */
export function databaseOptions(config: ${pascal}Config): Parameters<typeof connectDatabase>[0] {
  return {
    secretArn: config.databaseSecretArn,
    host: config.databaseHost,
    port: config.databasePort,
    name: config.databaseName,
    replicaHost: config.databaseReplicaHost,
    pool: config.databasePoolSize,
  };
}

function telemetryOptions(config: ${pascal}Config): Parameters<typeof startTelemetry>[0] {
  return {
    serviceName: config.serviceName,
    environment: config.environment,
    otlpEndpoint: config.otelExporterOtlpEndpoint,
    samplingRatio: config.otelTracesSamplerArg,
  };
}
`;
