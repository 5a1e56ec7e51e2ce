import {
  type Clock,
  connectDatabase,
  createClaimCheck,
  createLogger,
  createOutbox,
  createQueueLambda,
  createSqsClient,
  createUuid,
  type Database,
  databaseOptions,
  type Failpoints,
  type LambdaContext,
  type Logger,
  type SecretReader,
  type SqsBatchResponse,
  type SqsEvent,
  startTelemetry,
  systemClock,
  type Telemetry,
  telemetryOptions,
} from '@torii/chassis';
import type { WorkerConfig } from './config.ts';
import { createWorkerHandlers, MAX_ATTEMPTS } from './events/worker-handlers.ts';
import { readerOf } from './process-options.ts';
import { createCommandSender } from './send-command.ts';
import { createFileStore, createS3Client, type FileStore } from './store/files.ts';
import type { SliceBudget, WorkerContext } from './use-cases/worker-context.ts';

/** What a test may replace. */
export interface WorkerOverrides {
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  readonly database?: Database;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly files?: FileStore;
  readonly clock?: Clock;
  readonly failpoints?: WorkerContext['failpoints'];
  /** How long one invocation reads, shared by its messages. @default 20000 */
  readonly sliceMs?: number;
}

export interface Worker {
  handle(event: SqsEvent, context: LambdaContext): Promise<SqsBatchResponse>;
  close(): Promise<void>;
}

const SLICE_MS = 20_000;
/** What a slice must leave of the function's time: one more chunk, and the flush of telemetry. */
const MARGIN_MS = 8_000;
const NO_FAILPOINTS: Failpoints<never> = {};

/** The Lambda function that does the work of jobs. Its events leave by the outbox, which the service's relay publishes. */
export async function createWorker(config: WorkerConfig, overrides: WorkerOverrides = {}): Promise<Worker> {
  const logger = overrides.logger ?? createLogger({ serviceName: config.serviceName, level: config.logLevel });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const database = overrides.database ?? (await connectDatabase({ ...databaseOptions(config), ...readerOf(overrides) }));
  const clock = overrides.clock ?? systemClock;
  const sqs = createSqsClient();
  const claims = createClaimCheck({ bucket: config.messagesBucket });
  const queueUrls = { 'jobs-worker-commands': config.jobsWorkerCommandsQueueUrl, 'catalog-commands': config.catalogCommandsQueueUrl };
  const context: WorkerContext = {
    database,
    outbox: createOutbox({ publisher: 'jobs', database, logger, clock }),
    files: overrides.files ?? createFileStore(createS3Client(), config.filesBucket),
    clock,
    logger,
    sendCommand: createCommandSender({ sqs, claims, queueUrls, clock, createId: createUuid }),
    failpoints: overrides.failpoints ?? NO_FAILPOINTS,
  };
  const handleWithin = (budget: SliceBudget) =>
    createQueueLambda({
      name: config.serviceName,
      consumer: 'jobs-worker',
      queueUrl: config.jobsWorkerCommandsQueueUrl,
      sqs,
      claims,
      handlers: createWorkerHandlers(context, budget),
      database,
      logger,
      telemetry,
      maxAttempts: MAX_ATTEMPTS,
    });
  return {
    handle: (event, invocation) => handleWithin(createBudget(invocation, overrides.sliceMs ?? SLICE_MS))(event, invocation),
    close: async () => {
      sqs.destroy();
      await database.close();
      await telemetry.shutdown();
    },
  };
}

/** Measured by Lambda's own clock; every message of the invocation draws on it. */
function createBudget(invocation: LambdaContext, sliceMs: number): SliceBudget {
  const atStartMs = invocation.getRemainingTimeInMillis();
  return {
    remainingMs: () => {
      const leftMs = invocation.getRemainingTimeInMillis();
      return Math.min(sliceMs - (atStartMs - leftMs), leftMs - MARGIN_MS);
    },
  };
}
