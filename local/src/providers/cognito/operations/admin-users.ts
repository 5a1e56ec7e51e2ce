import { randomBytes } from 'node:crypto';
import { attributeMap, optionalText, requiredText, textMap, type Input } from '../input.ts';
import { notAuthorized } from '../sessions.ts';
import type { User } from '../store.ts';
import { changeUser, getUser, revokeSessions, type UserPool, type UserPools } from '../user-pools.ts';
import { assertAttributes, createCredentials, createUser, describeUser, listAttributes, parseEmail, usernameExists } from '../users.ts';
import type { Operation } from './operation.ts';
import { afterConfirmation } from './sign-up.ts';

interface Subject {
  readonly pool: UserPool;
  readonly user: User;
}

/** What services do to users with IAM rights instead of the user's token. */
export function createAdminUserOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  const onUser =
    (run: (subject: Subject, input: Input) => Promise<object> | object): Operation =>
    async (input) => {
      const pool = pools.getPool(requiredText(input, 'UserPoolId'));
      return run({ pool, user: getUser(pools, pool.settings.id, requiredText(input, 'Username')) }, input);
    };
  const change = ({ pool, user }: Subject, update: (user: User) => User): object => {
    changeUser(pools, pool.settings.id, user.sub, update);
    return {};
  };
  return {
    AdminCreateUser: (input) => adminCreateUser(pools, input),
    AdminGetUser: onUser(({ user }) => ({ ...describeUser(user), UserAttributes: listAttributes(user) })),
    AdminSetUserPassword: onUser((subject, input) => adminSetUserPassword(pools, subject, input)),
    AdminConfirmSignUp: onUser((subject, input) => adminConfirmSignUp(pools, subject, input)),
    AdminDisableUser: onUser((subject) => {
      revokeSessions(pools, subject.pool.settings.id, subject.user.sub);
      return change(subject, (user) => ({ ...user, enabled: false }));
    }),
    AdminEnableUser: onUser((subject) => change(subject, (user) => ({ ...user, enabled: true }))),
    AdminUserGlobalSignOut: onUser(({ pool, user }) => {
      revokeSessions(pools, pool.settings.id, user.sub);
      return {};
    }),
    AdminDeleteUser: onUser(({ pool, user }) => {
      revokeSessions(pools, pool.settings.id, user.sub);
      pools.store.deleteUser(pool.settings.id, user.sub);
      return {};
    }),
    AdminUpdateUserAttributes: onUser((subject, input) => {
      const attributes = attributeMap(input, 'UserAttributes');
      assertAttributes(subject.pool.settings, attributes);
      return change(subject, (user) => ({ ...user, attributes: { ...user.attributes, ...attributes } }));
    }),
  };
}

async function adminCreateUser(pools: UserPools, input: Input): Promise<object> {
  const pool = pools.getPool(requiredText(input, 'UserPoolId'));
  const email = parseEmail(requiredText(input, 'Username'));
  const attributes = { email_verified: 'false', ...attributeMap(input, 'UserAttributes'), email };
  assertAttributes(pool.settings, attributes);
  const password = optionalText(input, 'TemporaryPassword') ?? temporaryPassword(pool.settings.passwordPolicy.minimumLength);
  const draft = createUser(attributes, 'FORCE_CHANGE_PASSWORD', pools.now());
  const temporaryPasswordExpiresAtMs = pools.now() + pool.settings.passwordPolicy.temporaryPasswordDays * 86_400_000;
  const user = { ...draft, ...(await createCredentials(pool, draft.sub, password)), temporaryPasswordExpiresAtMs };
  if (!pools.store.insertUser(pool.settings.id, user)) throw usernameExists();
  if (input['MessageAction'] !== 'SUPPRESS') invite(pools, pool, { email, password });
  return { User: { ...describeUser(user), Attributes: listAttributes(user) } };
}

function invite(pools: UserPools, pool: UserPool, { email, password }: { readonly email: string; readonly password: string }): void {
  const { subject, text } = pool.settings.invitationMail;
  pools.mail.deliver({ to: email, subject, text: text.replaceAll('{username}', email).replaceAll('{####}', password), code: password });
}

/** One character of each kind a policy can ask for, then chance. */
function temporaryPassword(minimumLength: number): string {
  return `Tm1!${randomBytes(Math.max(12, minimumLength)).toString('base64url')}`;
}

async function adminSetUserPassword(pools: UserPools, { pool, user }: Subject, input: Input): Promise<object> {
  const credentials = await createCredentials(pool, user.sub, requiredText(input, 'Password'));
  const permanent = input['Permanent'] === true;
  const expiresAtMs = pools.now() + pool.settings.passwordPolicy.temporaryPasswordDays * 86_400_000;
  changeUser(pools, pool.settings.id, user.sub, (current) => ({
    ...current,
    ...credentials,
    status: permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
    temporaryPasswordExpiresAtMs: permanent ? undefined : expiresAtMs,
  }));
  return {};
}

async function adminConfirmSignUp(pools: UserPools, { pool, user }: Subject, input: Input): Promise<object> {
  if (user.status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  const confirmed = changeUser(pools, pool.settings.id, user.sub, (current) => ({ ...current, status: 'CONFIRMED' }));
  await afterConfirmation(pools, { pool, client: undefined }, { user: confirmed, metadata: textMap(input, 'ClientMetadata') });
  return {};
}
