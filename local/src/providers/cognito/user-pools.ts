import { AwsError, type FunctionInvoker, type MailDelivery } from '../../provider.ts';
import type { ChallengeSessions } from './challenge-sessions.ts';
import type { ClientSettings, PoolSettings } from './pool-settings.ts';
import type { CognitoStore, User } from './store.ts';
import { createTokenSigner, generateSigningKey, type TokenSigner } from './tokens.ts';

/** A user pool at work. */
export interface UserPool {
  readonly settings: PoolSettings;
  readonly issuer: string;
  readonly signer: TokenSigner;
}

export interface PoolClient {
  readonly pool: UserPool;
  readonly client: ClientSettings;
}

/** Everything the operations need; one for the whole listener. */
export interface UserPools {
  readonly store: CognitoStore;
  readonly functions: FunctionInvoker;
  readonly mail: MailDelivery;
  readonly challenges: ChallengeSessions;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  addPool(settings: PoolSettings): UserPool;
  addClient(client: ClientSettings): void;
  removePool(poolId: string): void;
  removeClient(clientId: string): void;
  findPool(poolId: string): UserPool | undefined;
  /** @throws AwsError ResourceNotFoundException */
  getPool(poolId: string): UserPool;
  /** @throws AwsError ResourceNotFoundException */
  getClient(clientId: string): PoolClient;
  listClients(poolId: string): readonly ClientSettings[];
  poolIds(): readonly string[];
}

export interface UserPoolParts {
  readonly store: CognitoStore;
  readonly functions: FunctionInvoker;
  readonly mail: MailDelivery;
  readonly challenges: ChallengeSessions;
  readonly now: () => number;
  /** `https://localhost:<port>` of the listener. */
  readonly address: string;
}

export function createUserPools(parts: UserPoolParts): UserPools {
  const pools = new Map<string, UserPool>();
  const clients = new Map<string, ClientSettings>();
  const getPool = (poolId: string): UserPool => {
    const pool = pools.get(poolId);
    if (pool === undefined) throw new AwsError('ResourceNotFoundException', `User pool ${poolId} does not exist.`);
    return pool;
  };
  return {
    ...parts,
    addPool(settings) {
      const issuer = `${parts.address}/${settings.id}`;
      const signer = createTokenSigner(parts.store.signingKey(settings.id, generateSigningKey), issuer);
      const pool = { settings, issuer, signer };
      pools.set(settings.id, pool);
      return pool;
    },
    addClient: (client) => void clients.set(client.id, client),
    removePool: (poolId) => void pools.delete(poolId),
    removeClient: (clientId) => void clients.delete(clientId),
    findPool: (poolId) => pools.get(poolId),
    getPool,
    getClient(clientId) {
      const client = clients.get(clientId);
      if (client === undefined) throw new AwsError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
      return { client, pool: getPool(client.poolId) };
    },
    listClients: (poolId) => [...clients.values()].filter((client) => client.poolId === poolId),
    poolIds: () => [...pools.keys()],
  };
}

/** @throws AwsError UserNotFoundException: for callers that may know who exists. */
export function getUser(pools: UserPools, poolId: string, name: string): User {
  const user = pools.store.findUser(poolId, name);
  if (user === undefined) throw userNotFound();
  return user;
}

/** @throws AwsError UserNotFoundException when the user was deleted meanwhile. */
export function changeUser(pools: UserPools, poolId: string, sub: string, change: (user: User) => User): User {
  const changed = pools.store.updateUser(poolId, sub, (user) => ({ ...change(user), modifiedAtMs: pools.now() }));
  if (changed === undefined) throw userNotFound();
  return changed;
}

/** Ends every session of a user: refresh tokens are gone, access tokens refused by Cognito. */
export function revokeSessions(pools: UserPools, poolId: string, sub: string): void {
  const longest = Math.max(...pools.listClients(poolId).map((client) => Math.max(client.accessTokenSeconds, client.idTokenSeconds)), 0);
  pools.store.revokeUser(poolId, sub, pools.now() + longest * 1000);
}

export function userNotFound(): AwsError {
  return new AwsError('UserNotFoundException', 'User does not exist.');
}
