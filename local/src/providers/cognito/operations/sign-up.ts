import { codeDelivery, expiredCode, sendCode, useCode } from '../codes.ts';
import { attributeMap, invalidParameter, optionalText, requiredText, textMap, type Input } from '../input.ts';
import { assertSecretHash, notAuthorized } from '../sessions.ts';
import type { User } from '../store.ts';
import { invokeTrigger } from '../triggers.ts';
import { changeUser, userNotFound, type PoolClient, type UserPools } from '../user-pools.ts';
import {
  assertAttributes,
  assertRequiredAttributes,
  createCredentials,
  createUser,
  parseEmail,
  usernameExists,
  type Attributes,
} from '../users.ts';
import type { Operation } from './operation.ts';

/** SignUp, ConfirmSignUp and ResendConfirmationCode. */
export function createSignUpOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  return {
    SignUp: (input) => signUp(pools, input),
    ConfirmSignUp: (input) => confirmSignUp(pools, input),
    ResendConfirmationCode: async (input) => resendConfirmationCode(pools, input),
  };
}

async function signUp(pools: UserPools, input: Input): Promise<object> {
  const poolClient = pools.getClient(requiredText(input, 'ClientId'));
  const { pool, client } = poolClient;
  const username = requiredText(input, 'Username');
  assertSecretHash(client, username, optionalText(input, 'SecretHash'));
  if (!pool.settings.allowsSignUp) throw notAuthorized('SignUp is not permitted for this user pool');
  const draft = createUser(signUpAttributes(poolClient, username, input), 'UNCONFIRMED', pools.now());
  const user = { ...draft, ...(await createCredentials(pool, draft.sub, requiredText(input, 'Password'))) };
  if (pools.store.findUser(pool.settings.id, username) !== undefined) throw usernameExists();
  const admitted = await admit(pools, poolClient, { user, input });
  if (!pools.store.insertUser(pool.settings.id, admitted)) throw usernameExists();
  if (admitted.status === 'CONFIRMED') {
    await afterConfirmation(pools, poolClient, { user: admitted, metadata: textMap(input, 'ClientMetadata') });
    return { UserConfirmed: true, UserSub: admitted.sub };
  }
  const delivery = pool.settings.verifiesEmail ? sendCode(pools, pool, admitted, 'sign-up') : {};
  return { UserConfirmed: false, UserSub: admitted.sub, ...delivery };
}

function signUpAttributes({ pool }: PoolClient, username: string, input: Input): Attributes {
  const given = attributeMap(input, 'UserAttributes');
  const email = parseEmail(username);
  if (given['email'] !== undefined && given['email'].toLowerCase() !== email.toLowerCase()) {
    throw invalidParameter('Username and email attribute must be the same.');
  }
  const attributes = { ...given, email, email_verified: 'false' };
  assertAttributes(pool.settings, attributes);
  assertRequiredAttributes(pool.settings, attributes);
  return attributes;
}

/** The pre sign-up trigger may refuse the user, or confirm it on the spot. */
async function admit(
  pools: UserPools,
  { pool, client }: PoolClient,
  signUp: { readonly user: User; readonly input: Input },
): Promise<User> {
  const { user, input } = signUp;
  const response = await invokeTrigger(pools.functions, pool.settings, {
    trigger: 'PreSignUp',
    source: 'PreSignUp_SignUp',
    user,
    clientId: client.id,
    request: { validationData: attributeMap(input, 'ValidationData'), clientMetadata: textMap(input, 'ClientMetadata') },
  });
  if (response?.['autoConfirmUser'] !== true) return user;
  const verified = response['autoVerifyEmail'] === true ? 'true' : 'false';
  return { ...user, status: 'CONFIRMED', attributes: { ...user.attributes, email_verified: verified } };
}

async function confirmSignUp(pools: UserPools, input: Input): Promise<object> {
  const poolClient = pools.getClient(requiredText(input, 'ClientId'));
  const { pool, client } = poolClient;
  const username = requiredText(input, 'Username');
  const code = requiredText(input, 'ConfirmationCode');
  assertSecretHash(client, username, optionalText(input, 'SecretHash'));
  const user = pools.store.findUser(pool.settings.id, username);
  if (user === undefined) throw client.hidesUserExistence ? expiredCode() : userNotFound();
  if (user.status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  useCode(pools, pool, user, { purpose: 'sign-up', code });
  const confirmed = changeUser(pools, pool.settings.id, user.sub, confirm);
  await afterConfirmation(pools, poolClient, { user: confirmed, metadata: textMap(input, 'ClientMetadata') });
  return {};
}

function confirm(user: User): User {
  return { ...user, status: 'CONFIRMED', attributes: { ...user.attributes, email_verified: 'true' } };
}

/** Runs after the user is confirmed and stays so: as in AWS, a failing trigger is reported and undoes nothing. */
export async function afterConfirmation(
  pools: UserPools,
  { pool, client }: { readonly pool: PoolClient['pool']; readonly client: PoolClient['client'] | undefined },
  confirmation: { readonly user: User; readonly metadata: Readonly<Record<string, string>>; readonly source?: string },
): Promise<void> {
  const { user, metadata, source = 'PostConfirmation_ConfirmSignUp' } = confirmation;
  const request = Object.keys(metadata).length > 0 ? { clientMetadata: metadata } : {};
  await invokeTrigger(pools.functions, pool.settings, { trigger: 'PostConfirmation', source, user, clientId: client?.id, request });
}

function resendConfirmationCode(pools: UserPools, input: Input): object {
  const { pool, client } = pools.getClient(requiredText(input, 'ClientId'));
  const username = requiredText(input, 'Username');
  assertSecretHash(client, username, optionalText(input, 'SecretHash'));
  const user = pools.store.findUser(pool.settings.id, username);
  if (user === undefined || !user.enabled) {
    if (client.hidesUserExistence) return codeDelivery(username);
    throw userNotFound();
  }
  if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
  return sendCode(pools, pool, user, 'sign-up');
}
