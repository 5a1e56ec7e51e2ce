import {
  cacheConfig,
  consumerConfig,
  databaseConfig,
  messagesConfig,
  outboxConfig,
  parseConfig,
  serviceConfig,
  tokenConfig,
} from '@torii/chassis';
import { z } from 'zod';

const schema = z.object({
  ...serviceConfig.shape,
  ...databaseConfig.shape,
  ...cacheConfig.shape,
  ...tokenConfig.shape,
  ...outboxConfig.shape,
  ...consumerConfig.shape,
  ...messagesConfig.shape,
  catalogEventsQueueUrl: z.url(),
  catalogCommandsQueueUrl: z.url(),
});
export type CatalogConfig = z.infer<typeof schema>;

/** @throws Error that names every missing or bad variable */
export function readConfig(env: NodeJS.ProcessEnv): CatalogConfig {
  return parseConfig(schema, env);
}
