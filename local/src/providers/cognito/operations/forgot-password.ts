import { codeDelivery, codeMismatch, sendCode, useCode } from '../codes.ts';
import { invalidParameter, optionalText, requiredText, textMap, type Input } from '../input.ts';
import { assertPassword } from '../passwords.ts';
import { assertSecretHash } from '../sessions.ts';
import { changeUser, revokeSessions, userNotFound, type UserPools } from '../user-pools.ts';
import { createCredentials } from '../users.ts';
import type { Operation } from './operation.ts';
import { afterConfirmation } from './sign-up.ts';

/** ForgotPassword and ConfirmForgotPassword. */
export function createForgotPasswordOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  return {
    ForgotPassword: async (input) => forgotPassword(pools, input),
    ConfirmForgotPassword: (input) => confirmForgotPassword(pools, input),
  };
}

function forgotPassword(pools: UserPools, input: Input): object {
  const { pool, client } = pools.getClient(requiredText(input, 'ClientId'));
  const username = requiredText(input, 'Username');
  assertSecretHash(client, username, optionalText(input, 'SecretHash'));
  const user = pools.store.findUser(pool.settings.id, username);
  const reachable = user?.enabled === true && user.attributes['email_verified'] === 'true';
  if (user !== undefined && reachable) return sendCode(pools, pool, user, 'password');
  if (client.hidesUserExistence) return codeDelivery(username);
  if (user === undefined) throw userNotFound();
  throw invalidParameter('Cannot reset password for the user as there is no registered/verified email or phone_number');
}

async function confirmForgotPassword(pools: UserPools, input: Input): Promise<object> {
  const { pool, client } = pools.getClient(requiredText(input, 'ClientId'));
  const username = requiredText(input, 'Username');
  const password = requiredText(input, 'Password');
  const code = requiredText(input, 'ConfirmationCode');
  assertSecretHash(client, username, optionalText(input, 'SecretHash'));
  // Before the code is used up, so that a weak password does not cost the user another code.
  assertPassword(pool.settings.passwordPolicy, password);
  const user = pools.store.findUser(pool.settings.id, username);
  if (user === undefined || !user.enabled) throw client.hidesUserExistence ? codeMismatch() : userNotFound();
  useCode(pools, pool, user, { purpose: 'password', code });
  const credentials = await createCredentials(pool, user.sub, password);
  const changed = changeUser(pools, pool.settings.id, user.sub, (current) => ({
    ...current,
    ...credentials,
    status: 'CONFIRMED',
    temporaryPasswordExpiresAtMs: undefined,
    failedSignIns: { count: 0, lockedUntilMs: 0 },
  }));
  revokeSessions(pools, pool.settings.id, user.sub);
  const metadata = textMap(input, 'ClientMetadata');
  await afterConfirmation(pools, { pool, client }, { user: changed, metadata, source: 'PostConfirmation_ConfirmForgotPassword' });
  return {};
}
