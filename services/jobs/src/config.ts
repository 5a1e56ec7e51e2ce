import {
  busConfig,
  consumerConfig,
  databaseConfig,
  messagesConfig,
  outboxConfig,
  parseConfig,
  processConfig,
  serviceConfig,
  tokenConfig,
} from '@torii/chassis';
import { z } from 'zod';

const queues = { jobsWorkerCommandsQueueUrl: z.url(), catalogCommandsQueueUrl: z.url() };
const files = { filesBucket: z.string().min(1) };

const schema = z.object({
  ...serviceConfig.shape,
  ...databaseConfig.shape,
  ...tokenConfig.shape,
  ...outboxConfig.shape,
  ...consumerConfig.shape,
  ...busConfig.shape,
  ...messagesConfig.shape,
  ...queues,
  ...files,
  jobsEventsQueueUrl: z.url(),
  jobsCommandsQueueUrl: z.url(),
  jobsProjectionEventsQueueUrl: z.url(),
  jobsProjectionCommandsQueueUrl: z.url(),
});
export type JobsConfig = z.infer<typeof schema>;

/** The Lambda worker writes to the same outbox, which the service's relay publishes. */
const workerSchema = z.object({ ...processConfig.shape, ...databaseConfig.shape, ...messagesConfig.shape, ...queues, ...files });
export type WorkerConfig = z.infer<typeof workerSchema>;

/** @throws Error that names every missing or bad variable */
export function readConfig(env: NodeJS.ProcessEnv): JobsConfig {
  return parseConfig(schema, env);
}

/** @throws Error that names every missing or bad variable */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return parseConfig(workerSchema, env);
}
