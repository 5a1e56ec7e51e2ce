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

const migrate =
  (): string => `import { connectDatabase, createLogger, databaseOptions, MIGRATION_QUERY_TIMEOUT_MS, runMigrations } from '@torii/chassis';
import { readConfig } from './config.ts';

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
  camel,
  pascal,
}: Names): string => `import { consumerConfig, databaseConfig, messagesConfig, outboxConfig, parseConfig, serviceConfig, tokenConfig } from '@torii/chassis';
import { z } from 'zod';

const schema = z.object({
  ...serviceConfig.shape,
  ...databaseConfig.shape,
  ...tokenConfig.shape,
  ...outboxConfig.shape,
  ...consumerConfig.shape,
  ...messagesConfig.shape,
  ${camel}EventsQueueUrl: z.url(),
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
  startTelemetry,
  systemClock,
  type Telemetry,
  telemetryOptions,
  type TokenVerifier,
} from '@torii/chassis';
import type { ${names.pascal}Config } from './config.ts';
import { createHandlers } from './events/handlers.ts';
import { createRoutes } from './http/routes.ts';
import type { ${names.pascal}Context } from './use-cases/context.ts';

${composition(names)}`;

const composition = ({ name, camel, pascal }: Names): string => `/** What a test may replace. */
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
  const claims = createClaimCheck({ bucket: config.messagesBucket });

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
    consumers: [
      createConsumer({
        consumer: '${name}',
        queue: '${name}-events',
        queueUrl: config.${camel}EventsQueueUrl,
        sqs: createSqsClient(),
        claims,
        handlers: createHandlers(context),
        database,
        logger,
        gate: createConsumerGate({ ...config, logger }),
      }),
    ],
    relay: createRelay({ outbox, database, claims, sns: createSnsClient(), topicArn: config.eventsTopicArn, logger }),
    database,
    telemetry,
    shutdownTimeoutMs: config.shutdownTimeoutMs,
  });
}
`;
