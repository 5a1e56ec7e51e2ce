import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const arn = z.string().startsWith('arn:', 'must be an ARN');
const commaSeparated = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(z.array(z.string()).min(1, 'must name at least one'));

/** What every process has, services and Lambdas alike. */
export const processConfig = z.object({
  serviceName: z.string().min(1),
  /** `dev`, `staging` or `prod`. */
  environment: z.string().min(1),
  /** The commit the image was built from; the image itself carries it. Absent on a laptop and in functions. */
  release: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be a commit or a name of one')
    .optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  /** Base URL of the collector, without `/v1/traces`. */
  otelExporterOtlpEndpoint: z.url().default('http://127.0.0.1:4318'),
  /** Share of new traces that are kept, 0 to 1; a caller's own decision wins. */
  otelTracesSamplerArg: z.coerce.number().min(0).max(1).default(1),
});

/** A service that listens. */
export const serviceConfig = z.object({
  ...processConfig.shape,
  port,
  /** Interface to listen on; absent in a container, which listens on every one. */
  host: z.string().min(1).optional(),
  /** ECS kills the task 30 s after SIGTERM; 25 s leave time to flush. */
  shutdownTimeoutMs: z.coerce.number().int().positive().default(25_000),
  /** Stage prefix of API Gateway; `Location` headers begin with it. */
  apiBasePath: z
    .string()
    .regex(/^(\/[\w.-]+)*$/, 'must be a path such as /v1')
    .default('/v1'),
});

export const databaseConfig = z.object({
  databaseSecretArn: arn,
  databaseHost: z.string().min(1),
  databasePort: port,
  databaseName: z.string().min(1),
  databaseReplicaHost: z.string().min(1).optional(),
  /** Connections at most, and as many to the replica. What commits by itself beside a message needs a second one, so fewer cannot work. */
  databasePoolSize: z.coerce.number().int().min(2).default(10),
});

export const cacheConfig = z.object({ cacheHost: z.string().min(1), cachePort: port, cacheSecretArn: arn });

export const tokenConfig = z.object({
  /** Issuer of access tokens: the user pool's provider URL. */
  tokenIssuer: z.url(),
  /** App clients whose tokens are accepted. */
  tokenClientIds: commaSeparated,
});

/** A service that publishes events. */
export const outboxConfig = z.object({ eventsTopicArn: arn });

/** A service that takes messages: its consumers start when this SSM parameter holds `release`. Nothing is waited for while either is absent. */
export const consumerConfig = z.object({ releaseParameter: z.string().startsWith('/', 'must be the name of a parameter').optional() });

/** Whoever sends or takes messages: data too large for a queue lies in this bucket. */
export const messagesConfig = z.object({ messagesBucket: z.string().min(1) });

/** A publisher whose events also go to the EventBridge bus. */
export const busConfig = z.object({ eventBusName: z.string().min(1) });
