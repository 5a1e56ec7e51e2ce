import type { Transaction } from 'sequelize';
import { decideRegistration, type Registration } from '../domain/profile.ts';
import { insertProfile } from '../store/profiles.ts';
import type { IdentityContext } from './context.ts';

// The command of the trigger and a first request may both come, in any order and at the same moment: one of them makes the
// profile and publishes, the other finds it. A tombstone counts as a profile, so nobody is revived.

/** @returns false when there was a profile already */
export async function registerUser(context: IdentityContext, tx: Transaction, registration: Registration): Promise<boolean> {
  const profile = decideRegistration(registration, context.clock.now());
  if (!(await insertProfile(context.database, tx, profile))) return false;
  const { id: userId, email, displayName, locale, createdAt: registeredAt } = profile;
  await context.outbox.publish(tx, {
    type: 'identity.user.registered.v1',
    aggregateId: userId,
    aggregateVersion: profile.version,
    data: { userId, email, displayName, locale, registeredAt },
  });
  return true;
}
