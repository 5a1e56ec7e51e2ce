import { AwsError } from '../../../provider.ts';
import { optionalText, requiredText, type Input } from '../input.ts';
import { authenticate, hashRefreshToken } from '../sessions.ts';
import { revokeSessions, type UserPools } from '../user-pools.ts';
import type { Operation } from './operation.ts';

/** GlobalSignOut and RevokeToken. */
export function createSignOutOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  return {
    GlobalSignOut: async (input) => {
      const { pool, user } = authenticate(pools, input);
      revokeSessions(pools, pool.settings.id, user.sub);
      return {};
    },
    RevokeToken: async (input) => revokeToken(pools, input),
  };
}

/** Idempotent: a token that is unknown or already revoked is as good as revoked. */
function revokeToken(pools: UserPools, input: Input): object {
  const { client } = pools.getClient(requiredText(input, 'ClientId'));
  const text = requiredText(input, 'Token');
  if (!client.allowsRevocation) {
    throw new AwsError('UnsupportedOperationException', 'Token revocation is not enabled for this client');
  }
  // Access and id tokens have three parts, refresh tokens never.
  if (text.split('.').length === 3) throw new AwsError('UnsupportedTokenTypeException', 'Only a refresh token can be revoked');
  const token = pools.store.findRefreshToken(hashRefreshToken(text));
  if (token === undefined) return {};
  if (token.clientId !== client.id) throw new AwsError('UnauthorizedException', 'The token was issued to another client');
  if (client.secret !== optionalText(input, 'ClientSecret')) throw new AwsError('UnauthorizedException', 'The client secret is wrong');
  pools.store.revokeOrigin(token.origin, pools.now() + Math.max(client.accessTokenSeconds, client.idTokenSeconds) * 1000);
  return {};
}
