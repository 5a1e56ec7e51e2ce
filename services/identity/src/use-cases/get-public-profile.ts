import type { PublicProfile, UserId } from '@torii/contracts';
import { userNotFound } from '../domain/errors.ts';
import { isTombstone, presentPublicProfile } from '../domain/profile.ts';
import { findProfile } from '../store/profiles.ts';
import type { IdentityContext } from './context.ts';

/** @throws USER_NOT_FOUND also for a person who left */
export async function getPublicProfile({ database }: IdentityContext, id: UserId): Promise<PublicProfile> {
  const found = await findProfile(database, id);
  if (found === undefined || isTombstone(found)) throw userNotFound(id);
  return presentPublicProfile(found);
}
