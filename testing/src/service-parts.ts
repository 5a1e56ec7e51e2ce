import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import type { TestTokens } from './tokens.ts';

/** What a service in a process of its own is given in place of Secrets Manager and Cognito; everything else in it is real. */
export interface ServiceParts {
  readonly env: NodeJS.ProcessEnv;
  readonly secretReader: TestEnvironment['secretReader'];
  readonly tokens: TokenSource;
}

/** Whose tokens are taken, and the keys they are signed with. */
export interface TokenSource {
  readonly issuer: string;
  readonly clientIds: readonly string[];
  readonly jwks: TestTokens['jwks'];
}

/** Variables by which the parent of such a process tells it of the run's tokens. */
export function tokenVariables({ issuer, clientId, jwks }: TestTokens): Readonly<Record<string, string>> {
  return { TOKEN_ISSUER: issuer, TOKEN_CLIENT_IDS: clientId, TORII_TEST_JWKS: JSON.stringify(jwks) };
}

/** What the parent said by `tokenVariables`. */
export function readTokens(): TokenSource {
  const { TOKEN_ISSUER: issuer = '', TOKEN_CLIENT_IDS: clientIds = '', TORII_TEST_JWKS: jwks = '{}' } = process.env;
  return { issuer, clientIds: clientIds.split(','), jwks: parseJwks(jwks) };
}

/** What the parent said of servers and tokens. */
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
  return { env, secretReader: environment.secretReader, tokens: readTokens() };
}

function parseJwks(text: string): TestTokens['jwks'] {
  return JSON.parse(text) as TestTokens['jwks'];
}
