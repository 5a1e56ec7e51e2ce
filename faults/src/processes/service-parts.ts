import { createTokenVerifier, type SecretReader, type TokenVerifier } from '@torii/chassis';
import { startTestEnvironment, type TestTokens } from '@torii/testing';

/** What a service of a run is given in place of Secrets Manager and Cognito; everything else in it is real. */
export interface ServiceParts {
  readonly env: NodeJS.ProcessEnv;
  readonly secretReader: SecretReader;
  readonly verifier: TokenVerifier;
}

export function readServiceParts(): ServiceParts {
  const environment = startTestEnvironment();
  const { cacheHost, cachePort, cacheSecretArn } = environment.cacheConfig;
  const env = {
    ...process.env,
    DATABASE_SECRET_ARN: environment.setSecret('database', environment.master),
    DATABASE_HOST: 'localhost',
    DATABASE_PORT: String(environment.mariadbPort),
    CACHE_HOST: cacheHost,
    CACHE_PORT: String(cachePort),
    CACHE_SECRET_ARN: cacheSecretArn,
  };
  const verifier = createTokenVerifier({
    issuer: process.env['TOKEN_ISSUER'] ?? '',
    clientIds: (process.env['TOKEN_CLIENT_IDS'] ?? '').split(','),
    jwks: parseJwks(process.env['FAULTS_JWKS'] ?? '{}'),
  });
  return { env, secretReader: environment.secretReader, verifier };
}

/** The keys that this run's tokens are signed with. */
function parseJwks(text: string): TestTokens['jwks'] {
  return JSON.parse(text) as TestTokens['jwks'];
}
