import type { UserId } from '@torii/contracts';
import { profileDeleted, tokenRevoked } from '../domain/errors.ts';
import { chooseLocale, findPreferredLanguage } from '../domain/locale.ts';
import { isTombstone, type ProfileRecord, type Registration, type UserProfile } from '../domain/profile.ts';
import { findProfile } from '../store/profiles.ts';
import type { Caller, IdentityContext } from './context.ts';
import { registerUser } from './register-user.ts';

/** The caller's profile; made now, from the user pool, when the message that makes it has not come yet. @throws PROFILE_DELETED, TOKEN_REVOKED */
export async function getOwnProfile(context: IdentityContext, id: UserId, caller: Caller): Promise<UserProfile> {
  const found = await findProfile(context.database, id);
  if (found !== undefined) return assertAlive(found);
  const registration = await readRegistration(context, id, caller);
  await context.database.transaction((tx) => registerUser(context, tx, registration));
  const made = await findProfile(context.database, id);
  if (made === undefined) throw new Error(`Profile ${id} is gone after it was made.`);
  return assertAlive(made);
}

/** @throws PROFILE_DELETED */
export function assertAlive(record: ProfileRecord): UserProfile {
  if (isTombstone(record)) throw profileDeleted(record.id);
  return record;
}

async function readRegistration({ accounts }: IdentityContext, id: UserId, caller: Caller): Promise<Registration> {
  const account = await accounts.getByToken(caller.token);
  if (account.userId !== id) throw tokenRevoked();
  const locale = chooseLocale(account.locale, findPreferredLanguage(caller.acceptLanguage));
  return { userId: id, email: account.email, displayName: account.name ?? null, locale };
}
