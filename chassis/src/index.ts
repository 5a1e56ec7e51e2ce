export {
  createEventBridgeClient,
  createS3Client,
  createSnsClient,
  createSqsClient,
  awsClientSettings,
  traceAwsClient,
} from './aws/clients.ts';
export { type Credentials, type SecretReader, createSecretReader } from './aws/secrets.ts';
export { type Claims, type TokenVerifier, type TokenVerifierOptions, createTokenVerifier } from './auth/token-verifier.ts';
export { type Cache, type CacheOptions, connectCache } from './cache/connect-cache.ts';
export { databaseOptions, telemetryOptions } from './config/options.ts';
export { parseConfig, variableName } from './config/parse-config.ts';
export {
  busConfig,
  cacheConfig,
  consumerConfig,
  databaseConfig,
  messagesConfig,
  outboxConfig,
  processConfig,
  serviceConfig,
  tokenConfig,
} from './config/shapes.ts';
export { type Database, type DatabaseOptions, connectDatabase } from './database/connect-database.ts';
export { type DedicatedConnection } from './database/dedicated-connection.ts';
export { type GroupCommit, type GroupOutcome, createGroupCommit, groupStatement, mapOutcome } from './database/group-commit.ts';
export { createMessageFailures, createMessagingTables } from './database/messaging-tables.ts';
export { type Migration, MIGRATION_QUERY_TIMEOUT_MS, runMigrations } from './database/run-migrations.ts';
export { toSqlInstant } from './database/sql-instant.ts';
export { JOINS_NEXT, together } from './database/join-statements.ts';
export { type ErrorKind, type FieldError, type ServiceErrorInit, ServiceError, isClientFault } from './errors/service-error.ts';
export { toServiceError } from './errors/to-service-error.ts';
export { type HttpServer, type HttpServerOptions, createHttpServer } from './http/create-http-server.ts';
export { type ReadinessCheck } from './http/health.ts';
export { type ProblemResponse, invalidRequest, toProblem } from './http/problem.ts';
export {
  type Method,
  type MountHandler,
  type RequestGuard,
  type Route,
  type RouteRequest,
  type RouteResponse,
  type User,
  defineRoute,
} from './http/route.ts';
export {
  type IdempotencyKey,
  fingerprintOf,
  idempotencyKeyHeader,
  withIdempotencyKey,
  withIdempotencyKeys,
} from './idempotency/with-idempotency-key.ts';
export { type LambdaContext, type LambdaHandlerOptions, createLambdaHandler } from './lambda/create-lambda-handler.ts';
export {
  type QueueLambdaOptions,
  type SqsBatchResponse,
  type SqsEvent,
  type SqsRecord,
  createQueueLambda,
} from './lambda/create-queue-lambda.ts';
export { type Service, type ServiceParts, composeService } from './lifecycle/compose-service.ts';
export { type ConsumerStep, type Failpoints, type RelayStep, type ServiceFailpoints } from './lifecycle/failpoints.ts';
export { runService } from './lifecycle/run-service.ts';
export { type Logger, type LoggerOptions, createLogger } from './logging/create-logger.ts';
export { maskPatterns } from './logging/mask.ts';
export { type Claim, type ClaimCheck, type ClaimCheckOptions, createClaimCheck } from './messaging/claim-check.ts';
export { type ConsumerGate, type ConsumerGateOptions, createConsumerGate } from './messaging/consumer-gate.ts';
export { type ConsumerOptions, type QueueConsumer, createConsumer } from './messaging/consumer.ts';
export { type Failure } from './messaging/failures.ts';
export { toMessageBody } from './messaging/message-body.ts';
export {
  type CommandMessage,
  type EventMessage,
  type Outbox,
  type OutboxOptions,
  type PreparedMessages,
  createOutbox,
} from './messaging/outbox.ts';
export { type HandlerContext } from './messaging/process-messages.ts';
export { type Relay, type RelayOptions, createRelay } from './messaging/relay.ts';
export { encodeCursor, parseCursor } from './paging/cursor.ts';
export { currentCausationId, currentCorrelationId, withCorrelation } from './telemetry/correlation.ts';
export { type SpanOptions, currentTraceId, currentTraceparent, outgoingHeaders, withSpan } from './telemetry/spans.ts';
export { type Telemetry, type TelemetryOptions, startTelemetry } from './telemetry/start-telemetry.ts';
export { type BackoffOptions, type Random, backoffMs } from './time/backoff.ts';
export { type Clock, systemClock } from './time/clock.ts';
export { type CreateId, createUuid } from './time/ids.ts';
