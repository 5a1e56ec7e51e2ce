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
  /** Separated by commas. The first encrypts session cookies, each opens what it has encrypted: so one can be changed without logging anybody out. */
  sessionSecret: z
    .string()
    .transform((secrets) => secrets.split(','))
    .pipe(z.array(z.string().min(SESSION_SECRET_MIN_LENGTH, `must have at least ${SESSION_SECRET_MIN_LENGTH} characters each`))),
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
