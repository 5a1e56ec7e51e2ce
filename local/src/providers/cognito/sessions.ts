import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../provider.ts';
import type { Input } from './input.ts';
import { requiredText } from './input.ts';
import type { ClientSettings } from './pool-settings.ts';
import type { RefreshToken, User } from './store.ts';
import { isExpired, type Claims } from './tokens.ts';
import { invokeTrigger } from './triggers.ts';
import { getUser, type PoolClient, type UserPool, type UserPools } from './user-pools.ts';

export type TokenSource = 'Authentication' | 'NewPasswordChallenge' | 'RefreshTokens';

/** Tokens of a new log-in, or of a renewal when `renewed` is given; a renewal keeps its refresh token. */
export async function issueTokens(
  pools: UserPools,
  { pool, client }: PoolClient,
  login: { readonly user: User; readonly source: TokenSource; readonly renewed?: RefreshToken },
): Promise<object> {
  const { user, source, renewed } = login;
  const nowSeconds = Math.floor(pools.now() / 1000);
  const shared = {
    sub: user.sub,
    origin_jti: renewed?.origin ?? randomUUID(),
    event_id: randomUUID(),
    auth_time: renewed?.authTimeSeconds ?? nowSeconds,
    iat: nowSeconds,
    ...(user.groups.length > 0 ? { 'cognito:groups': user.groups } : {}),
  };
  const idClaims = await overrideClaims(pools, { pool, client }, { user, source, claims: idTokenClaims(user, client, shared) });
  const accessClaims = accessTokenClaims(user, client, shared);
  return {
    AuthenticationResult: {
      AccessToken: pool.signer.sign({ ...accessClaims, exp: nowSeconds + client.accessTokenSeconds }),
      IdToken: pool.signer.sign({ ...idClaims, exp: nowSeconds + client.idTokenSeconds }),
      ...(renewed === undefined ? { RefreshToken: storeRefreshToken(pools, { pool, client }, shared) } : {}),
      ExpiresIn: client.accessTokenSeconds,
      TokenType: 'Bearer',
    },
    ChallengeParameters: {},
  };
}

/** No e-mail in here: an access token travels to services that need not know it. */
function accessTokenClaims(user: User, client: ClientSettings, shared: Claims): Claims {
  return {
    ...shared,
    client_id: client.id,
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    jti: randomUUID(),
    username: user.sub,
  };
}

function idTokenClaims(user: User, client: ClientSettings, shared: Claims): Claims {
  return {
    ...shared,
    ...user.attributes,
    email_verified: user.attributes['email_verified'] === 'true',
    'cognito:username': user.sub,
    aud: client.id,
    token_use: 'id',
    jti: randomUUID(),
  };
}

/** What the pre token generation trigger (version 1) may do: add, override and suppress claims of the id token. */
async function overrideClaims(
  pools: UserPools,
  { pool, client }: PoolClient,
  { user, source, claims }: { readonly user: User; readonly source: TokenSource; readonly claims: Claims },
): Promise<Claims> {
  const response = await invokeTrigger(pools.functions, pool.settings, {
    trigger: 'PreTokenGeneration',
    source: `TokenGeneration_${source}`,
    user,
    clientId: client.id,
    request: { groupConfiguration: { groupsToOverride: user.groups, iamRolesToOverride: [] } },
  });
  const details = (response?.['claimsOverrideDetails'] ?? {}) as {
    readonly claimsToAddOrOverride?: Claims;
    readonly claimsToSuppress?: readonly string[];
  };
  const suppressed = new Set(details.claimsToSuppress ?? []);
  return Object.fromEntries(Object.entries({ ...claims, ...details.claimsToAddOrOverride }).filter(([name]) => !suppressed.has(name)));
}

function storeRefreshToken(
  pools: UserPools,
  { pool, client }: PoolClient,
  login: { readonly sub: string; readonly origin_jti: string; readonly auth_time: number },
): string {
  const token = randomBytes(96).toString('base64url');
  pools.store.insertRefreshToken({
    hash: hashRefreshToken(token),
    poolId: pool.settings.id,
    clientId: client.id,
    sub: login.sub,
    origin: login.origin_jti,
    authTimeSeconds: login.auth_time,
    expiresAtMs: pools.now() + client.refreshTokenSeconds * 1000,
  });
  return token;
}

/** Refresh tokens are 768 random bits: a plain hash is enough, and finds them. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whoever holds this access token. @throws AwsError NotAuthorizedException */
export function authenticate(pools: UserPools, input: Input): { readonly pool: UserPool; readonly user: User; readonly claims: Claims } {
  const token = requiredText(input, 'AccessToken');
  for (const poolId of pools.poolIds()) {
    const pool = pools.getPool(poolId);
    const claims = pool.signer.read(token);
    if (claims?.['token_use'] === 'access') return { pool, user: assertLive(pools, pool, claims), claims };
  }
  throw notAuthorized('Invalid Access Token');
}

function assertLive(pools: UserPools, pool: UserPool, claims: Claims): User {
  if (isExpired(claims, pools.now())) throw notAuthorized('Access Token has expired');
  const user = getUser(pools, pool.settings.id, String(claims['sub']));
  if (pools.store.isRevoked(String(claims['origin_jti']))) throw notAuthorized('Access Token has been revoked');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return user;
}

/** A client with a secret must prove it with every call. @throws AwsError NotAuthorizedException */
export function assertSecretHash(client: ClientSettings, username: string, given: string | undefined): void {
  if (client.secret === undefined) return;
  if (given === undefined) throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  const expected = createHmac('sha256', client.secret).update(`${username}${client.id}`).digest();
  const actual = Buffer.from(given, 'base64');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
  }
}

export function notAuthorized(message: string): AwsError {
  return new AwsError('NotAuthorizedException', message);
}
