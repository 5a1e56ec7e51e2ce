import { parseConfig, serviceConfig } from '@torii/chassis';
import { z } from 'zod';

/** 32 bytes: the strength of the cipher it becomes the key of. */
const SESSION_SECRET_MIN_LENGTH = 32;

const frontendConfig = z.object({
  ...serviceConfig.shape,
  /** API Gateway's stage. */
  apiUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
  /** The user pool's client for the web. */
  userPoolClientId: z.string().min(1),
  /** Session cookies are encrypted with it: every task has the same one, and a new one logs everybody out. */
  sessionSecret: z.string().min(SESSION_SECRET_MIN_LENGTH, `must have at least ${SESSION_SECRET_MIN_LENGTH} characters`),
  awsRegion: z.string().min(1),
  /** The bucket of uploads: pages may send files there and nowhere else. */
  filesBucket: z.string().min(1),
  /** The SDKs' own variable: where S3 is when it is not AWS's. */
  awsEndpointUrlS3: z.url().optional(),
});

export type FrontendConfig = z.infer<typeof frontendConfig>;

export function readConfig(env: NodeJS.ProcessEnv): FrontendConfig {
  return parseConfig(frontendConfig, env);
}
