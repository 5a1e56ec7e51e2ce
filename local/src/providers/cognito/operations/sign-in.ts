import { createHmac } from 'node:crypto';
import { AwsError } from '../../../provider.ts';
import { invalidParameter, requiredEntry, requiredText, textMap, type Input } from '../input.ts';
import { isPassword } from '../passwords.ts';
import { assertSecretHash, hashRefreshToken, issueTokens, notAuthorized } from '../sessions.ts';
import { finishSignIn, assertNotLocked, recordFailure, wrongPassword } from '../sign-in-guard.ts';
import { beginSrpExchange, padHex } from '../srp.ts';
import type { User } from '../store.ts';
import { userNotFound, type PoolClient, type UserPools } from '../user-pools.ts';
import type { Operation } from './operation.ts';

type Parameters = Readonly<Record<string, string>>;

/** InitiateAuth, AdminInitiateAuth and GetTokensFromRefreshToken. */
export function createSignInOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  return {
    InitiateAuth: async (input) => initiate(pools, pools.getClient(requiredText(input, 'ClientId')), { input, flows: PUBLIC_FLOWS }),
    AdminInitiateAuth: async (input) => {
      const poolClient = pools.getClient(requiredText(input, 'ClientId'));
      if (poolClient.pool.settings.id !== requiredText(input, 'UserPoolId')) throw invalidParameter('The client is not of this user pool');
      return initiate(pools, poolClient, { input, flows: ADMIN_FLOWS });
    },
    GetTokensFromRefreshToken: async (input) => {
      const poolClient = pools.getClient(requiredText(input, 'ClientId'));
      return refresh(pools, poolClient, { REFRESH_TOKEN: requiredText(input, 'RefreshToken') });
    },
  };
}

interface Flow {
  readonly run: (pools: UserPools, poolClient: PoolClient, parameters: Parameters) => Promise<object>;
  /** Any of these among the client's ExplicitAuthFlows allows it. */
  readonly allowedBy: readonly string[];
}

const REFRESH: Flow = { run: refresh, allowedBy: ['ALLOW_REFRESH_TOKEN_AUTH'] };
const PUBLIC_FLOWS: Readonly<Record<string, Flow>> = {
  USER_PASSWORD_AUTH: { run: signInByPassword, allowedBy: ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'] },
  USER_SRP_AUTH: { run: beginSrp, allowedBy: ['ALLOW_USER_SRP_AUTH'] },
  REFRESH_TOKEN_AUTH: REFRESH,
  REFRESH_TOKEN: REFRESH,
};
const ADMIN_FLOWS: Readonly<Record<string, Flow>> = {
  ADMIN_USER_PASSWORD_AUTH: { run: signInByPassword, allowedBy: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] },
  ADMIN_NO_SRP_AUTH: { run: signInByPassword, allowedBy: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] },
  USER_SRP_AUTH: { run: beginSrp, allowedBy: ['ALLOW_USER_SRP_AUTH'] },
  REFRESH_TOKEN_AUTH: REFRESH,
  REFRESH_TOKEN: REFRESH,
};

async function initiate(
  pools: UserPools,
  poolClient: PoolClient,
  { input, flows }: { readonly input: Input; readonly flows: Readonly<Record<string, Flow>> },
): Promise<object> {
  const name = requiredText(input, 'AuthFlow');
  const flow = flows[name];
  if (flow === undefined) throw invalidParameter(`Unsupported authentication flow ${name}`);
  if (!flow.allowedBy.some((permission) => poolClient.client.authFlows.includes(permission))) {
    throw invalidParameter(`${name} flow not enabled for this client`);
  }
  return flow.run(pools, poolClient, textMap(input, 'AuthParameters'));
}

async function signInByPassword(pools: UserPools, poolClient: PoolClient, parameters: Parameters): Promise<object> {
  const { pool, client } = poolClient;
  const username = requiredEntry(parameters, 'USERNAME');
  const password = requiredEntry(parameters, 'PASSWORD');
  assertSecretHash(client, username, parameters['SECRET_HASH']);
  const user = pools.store.findUser(pool.settings.id, username);
  if (user !== undefined) assertNotLocked(pools, user);
  const right = await isPassword(user?.password, password);
  if (user === undefined) throw client.hidesUserExistence ? wrongPassword() : userNotFound();
  if (!right) throw recordFailure(pools, pool, user);
  return finishSignIn(pools, poolClient, user);
}

async function beginSrp(pools: UserPools, { pool, client }: PoolClient, parameters: Parameters): Promise<object> {
  const username = requiredEntry(parameters, 'USERNAME');
  assertSecretHash(client, username, parameters['SECRET_HASH']);
  const found = pools.store.findUser(pool.settings.id, username);
  if (found === undefined && !client.hidesUserExistence) throw userNotFound();
  if (found !== undefined) assertNotLocked(pools, found);
  const user =
    found === undefined ? pretendUser(pool.settings.id, pools.store.signingKey(pool.settings.id, noKey), username) : srpOf(found);
  const exchange = beginSrpExchange(user.verifierHex, requiredEntry(parameters, 'SRP_A'));
  if (exchange === undefined) throw invalidParameter('Invalid SRP_A');
  const state = { kind: 'srp', clientId: client.id, userId: user.userId, sub: found?.sub, exchange } as const;
  const secretBlock = pools.challenges.open(state, pools.now() + client.sessionSeconds * 1000);
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: user.saltHex,
      SECRET_BLOCK: secretBlock,
      SRP_B: exchange.serverPublic.toString(16),
      USERNAME: user.userId,
      USER_ID_FOR_SRP: user.userId,
    },
  };
}

interface SrpSubject {
  readonly userId: string;
  readonly saltHex: string;
  readonly verifierHex: string;
}

function srpOf(user: User): SrpSubject {
  if (user.srp === undefined) throw wrongPassword();
  return { userId: user.sub, ...user.srp };
}

/** The same salt and id at every try, so that an unknown address looks like a known one. */
function pretendUser(poolId: string, key: string, username: string): SrpSubject {
  const digest = (purpose: string): string =>
    createHmac('sha256', key).update(`${poolId}:${purpose}:${username.toLowerCase()}`).digest('hex');
  const id = digest('id');
  return {
    userId: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20, 32)}`,
    saltHex: padHex(digest('salt').slice(0, 32)),
    verifierHex: digest('verifier').repeat(12),
  };
}

function noKey(): string {
  throw new AwsError('InternalErrorException', 'The pool has no signing key', 500);
}

async function refresh(pools: UserPools, poolClient: PoolClient, parameters: Parameters): Promise<object> {
  const { pool, client } = poolClient;
  const renewed = pools.store.findRefreshToken(hashRefreshToken(requiredEntry(parameters, 'REFRESH_TOKEN')));
  if (renewed === undefined || renewed.clientId !== client.id) throw notAuthorized('Invalid Refresh Token');
  if (renewed.expiresAtMs <= pools.now()) throw notAuthorized('Refresh Token has expired');
  const user = pools.store.findUser(pool.settings.id, renewed.sub);
  if (user === undefined) throw notAuthorized('Invalid Refresh Token');
  if (client.secret !== undefined) assertSecretHash(client, user.sub, parameters['SECRET_HASH']);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return issueTokens(pools, poolClient, { user, source: 'RefreshTokens', renewed });
}
