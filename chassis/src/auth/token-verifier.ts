import { userId } from '@torii/contracts';
import { JwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwksValidationError, JwtBaseError, JwtExpiredError, WaitPeriodNotYetEndedJwkError } from 'aws-jwt-verify/error';
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https';
import { type Jwks, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { z } from 'zod';
import { ServiceError } from '../errors/service-error.ts';
import { withSpan } from '../telemetry/spans.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { createTokenCache } from './token-cache.ts';

const claimsSchema = z.looseObject({
  sub: userId,
  exp: z.number(),
  token_use: z.literal('access'),
  client_id: z.string(),
  scope: z.string().optional(),
});

/** What an access token of the user pool says. */
export type Claims = z.infer<typeof claimsSchema>;

export interface TokenVerifier {
  /**
   * Checks signature, issuer, expiry, `token_use` and client.
   * @throws TOKEN_EXPIRED, TOKEN_INVALID · TOKEN_KEYS_UNAVAILABLE when the issuer's keys cannot be read: that is not the caller's fault
   */
  verify(token: string): Promise<Claims>;
}

export interface TokenVerifierOptions {
  /** The user pool's provider URL; keys are read from `<issuer>/.well-known/jwks.json`. */
  readonly issuer: string;
  readonly clientIds: readonly string[];
  /** Keys to use instead of fetching them; for tests. */
  readonly jwks?: Jwks;
  readonly clock?: Clock;
}

/** For how long keys that the issuer no longer has may still count. Revocation is not seen here: a token is taken until it expires, half an hour at most. */
const CACHE_TTL_MS = 60_000;
/** About 10 MB of claims. */
const CACHE_CAPACITY = 10_000;
/** The issuer answers in milliseconds; a request must not wait longer to learn that it does not. */
const KEYS_TIMEOUT_MS = 2_000;

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const issuer = options.issuer.replace(/\/$/, '');
  const keys = createKeyFetcher();
  const jwksCache = new SimpleJwksCache({ fetcher: keys });
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri: `${issuer}/.well-known/jwks.json` }, { jwksCache });
  if (options.jwks !== undefined) verifier.cacheJwks(options.jwks);
  const cache = createTokenCache<Claims>({ capacity: CACHE_CAPACITY, ttlMs: CACHE_TTL_MS, clock: options.clock ?? systemClock });

  const verifyNew = async (token: string): Promise<Claims> => {
    const payload = await withSpan('verify token', {}, () => verifier.verify(token)).catch((error: unknown) => {
      throw toTokenError(error, keys.isReachable());
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw tokenInvalid('it is not an access token of a user');
    if (!options.clientIds.includes(claims.data.client_id)) throw tokenInvalid('it was issued to another client');
    return claims.data;
  };
  return {
    async verify(token) {
      const cached = cache.get(token);
      if (cached !== undefined) return cached;
      const claims = await verifyNew(token);
      cache.set(token, claims, claims.exp);
      return claims;
    },
  };
}

/**
 * Takes the token out of an `Authorization` header; what is no token is for the verifier to say.
 * @throws TOKEN_MISSING, TOKEN_INVALID
 */
export function parseBearerToken(header: string | undefined): string {
  if (header === undefined || header === '')
    throw new ServiceError({
      code: 'TOKEN_MISSING',
      kind: 'unauthenticated',
      message: 'The request cannot be answered: it carries no access token.',
    });
  const token = header.slice(/^Bearer +/i.exec(header)?.[0].length ?? header.length);
  if (token === '' || token.includes(' ')) throw tokenInvalid('the Authorization header is not "Bearer <token>"');
  return token;
}

interface KeyFetcher extends Fetcher {
  /** Did the issuer answer when it was last asked for its keys? */
  isReachable(): boolean;
}

function createKeyFetcher(): KeyFetcher {
  const fetcher = new SimpleFetcher({ defaultRequestOptions: { timeout: KEYS_TIMEOUT_MS, responseTimeout: KEYS_TIMEOUT_MS } });
  let reachable = true;
  return {
    isReachable: () => reachable,
    fetch: async (uri, requestOptions, data) => {
      reachable = false;
      const keys = await fetcher.fetch(uri, requestOptions, data);
      reachable = true;
      return keys;
    },
  };
}

/** The verifier waits before it asks again for a key id that the issuer did not know: with the issuer at hand, that token is foreign. */
function toTokenError(error: unknown, isIssuerReachable: boolean): unknown {
  if (error instanceof JwtExpiredError)
    return new ServiceError({
      code: 'TOKEN_EXPIRED',
      kind: 'unauthenticated',
      message: 'The access token cannot be accepted: it has expired.',
    });
  if (
    error instanceof FetchError ||
    error instanceof JwksValidationError ||
    (error instanceof WaitPeriodNotYetEndedJwkError && !isIssuerReachable)
  )
    return new ServiceError({
      code: 'TOKEN_KEYS_UNAVAILABLE',
      kind: 'unavailable',
      message: 'The access token cannot be checked: the keys of its issuer cannot be read. Try again shortly.',
      cause: error,
    });
  if (error instanceof JwtBaseError) return tokenInvalid('it is not a token of this issuer', error);
  return error;
}

function tokenInvalid(why: string, cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'TOKEN_INVALID',
    kind: 'unauthenticated',
    message: `The access token cannot be accepted: ${why}.`,
    cause,
  });
}
