import type { ProfilePatch, UserId } from '@torii/contracts';
import { userNotFound } from '../domain/errors.ts';
import { decideProfileChange, type UserProfile } from '../domain/profile.ts';
import { lockProfile, updateProfile } from '../store/profiles.ts';
import type { Caller, IdentityContext } from './context.ts';
import { assertAlive, getOwnProfile } from './get-own-profile.ts';

/** A change that changes nothing keeps the version and publishes nothing. @throws PROFILE_DELETED, TOKEN_REVOKED */
export async function changeOwnProfile(
  context: IdentityContext,
  id: UserId,
  request: { caller: Caller; patch: ProfilePatch },
): Promise<UserProfile> {
  const { database, outbox, clock } = context;
  await getOwnProfile(context, id, request.caller);
  return database.transaction(async (tx) => {
    const record = await lockProfile(database, tx, id);
    if (record === undefined) throw userNotFound(id);
    const profile = assertAlive(record);
    const changed = decideProfileChange(profile, request.patch);
    if (changed === undefined) return profile;
    const changedAt = clock.now().toISOString();
    await updateProfile(database, tx, changed, changedAt);
    await outbox.publish(tx, {
      type: 'identity.user.profile-changed.v1',
      aggregateId: id,
      aggregateVersion: changed.version,
      data: { userId: id, displayName: changed.displayName, locale: changed.locale, changedAt },
    });
    return changed;
  });
}
