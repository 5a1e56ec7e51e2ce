import { attributeMap, invalidParameter, requiredText, type Input } from '../input.ts';
import { isPassword } from '../passwords.ts';
import { authenticate, notAuthorized } from '../sessions.ts';
import { assertNotLocked, recordFailure } from '../sign-in-guard.ts';
import { changeUser, revokeSessions, type UserPools } from '../user-pools.ts';
import { assertAttributes, createCredentials, listAttributes } from '../users.ts';
import type { Operation } from './operation.ts';

/** What a user does with its own access token: GetUser, UpdateUserAttributes, ChangePassword, DeleteUser. */
export function createAccountOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  return {
    GetUser: async (input) => getOwnUser(pools, input),
    UpdateUserAttributes: async (input) => updateUserAttributes(pools, input),
    ChangePassword: (input) => changePassword(pools, input),
    DeleteUser: async (input) => deleteOwnUser(pools, input),
  };
}

function getOwnUser(pools: UserPools, input: Input): object {
  const { user } = authenticate(pools, input);
  return { Username: user.sub, UserAttributes: listAttributes(user) };
}

function updateUserAttributes(pools: UserPools, input: Input): object {
  const { pool, user } = authenticate(pools, input);
  const attributes = attributeMap(input, 'UserAttributes');
  assertAttributes(pool.settings, attributes);
  const guarded = Object.keys(attributes).find((name) => name.endsWith('_verified'));
  if (guarded !== undefined) throw notAuthorized(`A client attempted to write unauthorized attribute ${guarded}`);
  if (attributes['email'] !== undefined && attributes['email'] !== user.attributes['email']) {
    throw invalidParameter('The email address is the user name and cannot be changed here: it would need a new verification.');
  }
  changeUser(pools, pool.settings.id, user.sub, (current) => ({ ...current, attributes: { ...current.attributes, ...attributes } }));
  return { CodeDeliveryDetailsList: [] };
}

async function changePassword(pools: UserPools, input: Input): Promise<object> {
  const { pool, user } = authenticate(pools, input);
  const previous = requiredText(input, 'PreviousPassword');
  const proposed = requiredText(input, 'ProposedPassword');
  assertNotLocked(pools, user);
  if (!(await isPassword(user.password, previous))) throw recordFailure(pools, pool, user);
  const credentials = await createCredentials(pool, user.sub, proposed);
  changeUser(pools, pool.settings.id, user.sub, (current) => ({ ...current, ...credentials }));
  return {};
}

function deleteOwnUser(pools: UserPools, input: Input): object {
  const { pool, user } = authenticate(pools, input);
  revokeSessions(pools, pool.settings.id, user.sub);
  pools.store.deleteUser(pool.settings.id, user.sub);
  return {};
}
