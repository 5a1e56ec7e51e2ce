import { AwsError } from '../../provider.ts';
import { issueTokens, notAuthorized } from './sessions.ts';
import type { User } from './store.ts';
import type { TriggerName } from './trigger-names.ts';
import { invokeTrigger } from './triggers.ts';
import { changeUser, type PoolClient, type UserPool, type UserPools } from './user-pools.ts';

// Cognito: after five wrong passwords one second of lockout, doubled by each further one, up to about fifteen minutes.
const FREE_FAILURES = 5;
const LONGEST_LOCKOUT_MS = 900_000;

export function wrongPassword(): AwsError {
  return notAuthorized('Incorrect username or password.');
}

/** @throws AwsError NotAuthorizedException while the user is locked out */
export function assertNotLocked(pools: UserPools, user: User): void {
  if (user.failedSignIns.lockedUntilMs > pools.now()) throw notAuthorized('Password attempts exceeded');
}

/** Counts a wrong password and gives the refusal to throw. */
export function recordFailure(pools: UserPools, pool: UserPool, user: User): AwsError {
  changeUser(pools, pool.settings.id, user.sub, (current) => {
    const count = current.failedSignIns.count + 1;
    const lockoutMs = count < FREE_FAILURES ? 0 : Math.min(LONGEST_LOCKOUT_MS, 1000 * 2 ** (count - FREE_FAILURES));
    return { ...current, failedSignIns: { count, lockedUntilMs: pools.now() + lockoutMs } };
  });
  return wrongPassword();
}

/** What follows a right password: the state of the user, a forced change, the triggers, the tokens. */
export async function finishSignIn(pools: UserPools, poolClient: PoolClient, user: User): Promise<object> {
  const { pool, client } = poolClient;
  assertMaySignIn(pools, user);
  if (user.failedSignIns.count > 0) {
    changeUser(pools, pool.settings.id, user.sub, (current) => ({ ...current, failedSignIns: { count: 0, lockedUntilMs: 0 } }));
  }
  await runTrigger(pools, poolClient, { trigger: 'PreAuthentication', user });
  if (user.status === 'FORCE_CHANGE_PASSWORD') return askForNewPassword(pools, client, user);
  await runTrigger(pools, poolClient, { trigger: 'PostAuthentication', user });
  return issueTokens(pools, poolClient, { user, source: 'Authentication' });
}

function assertMaySignIn(pools: UserPools, user: User): void {
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (user.status === 'UNCONFIRMED') throw new AwsError('UserNotConfirmedException', 'User is not confirmed.');
  if (user.status === 'RESET_REQUIRED') throw new AwsError('PasswordResetRequiredException', 'Password reset required for the user');
  if (user.temporaryPasswordExpiresAtMs !== undefined && user.temporaryPasswordExpiresAtMs <= pools.now()) {
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  }
}

function askForNewPassword(pools: UserPools, client: PoolClient['client'], user: User): object {
  const session = pools.challenges.open(
    { kind: 'new-password', clientId: client.id, sub: user.sub },
    pools.now() + client.sessionSeconds * 1000,
  );
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: session,
    ChallengeParameters: { USER_ID_FOR_SRP: user.sub, requiredAttributes: '[]', userAttributes: JSON.stringify(user.attributes) },
  };
}

async function runTrigger(
  pools: UserPools,
  { pool, client }: PoolClient,
  { trigger, user }: { readonly trigger: TriggerName; readonly user: User },
): Promise<void> {
  await invokeTrigger(pools.functions, pool.settings, { trigger, source: `${trigger}_Authentication`, user, clientId: client.id });
}
