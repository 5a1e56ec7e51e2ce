import { consumerConfig, databaseConfig, messagesConfig, outboxConfig, parseConfig, serviceConfig, tokenConfig } from '@torii/chassis';
import { z } from 'zod';

const schema = z.object({
  ...serviceConfig.shape,
  ...databaseConfig.shape,
  ...tokenConfig.shape,
  ...outboxConfig.shape,
  ...consumerConfig.shape,
  ...messagesConfig.shape,
  identityCommandsQueueUrl: z.url(),
  userPoolId: z.string().min(1),
});
export type IdentityConfig = z.infer<typeof schema>;

/** @throws Error that names every missing or bad variable */
export function readConfig(env: NodeJS.ProcessEnv): IdentityConfig {
  return parseConfig(schema, env);
}
