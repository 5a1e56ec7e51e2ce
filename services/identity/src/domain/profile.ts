import { type Profile, profile as profileSchema, type ProfilePatch, type PublicProfile, type UserId } from '@torii/contracts';

/** A person's profile; `version` counts its changes and orders its events. */
export interface UserProfile extends Readonly<Profile> {
  readonly version: number;
}

/** What is left of a deleted profile, so that nothing that comes late revives it. */
export interface Tombstone {
  readonly id: UserId;
  readonly version: number;
  readonly deletedAt: string;
}

export type ProfileRecord = UserProfile | Tombstone;

export interface Registration {
  readonly userId: UserId;
  readonly email: string;
  readonly displayName: string | null;
  readonly locale: string;
}

export function isTombstone(record: ProfileRecord): record is Tombstone {
  return 'deletedAt' in record;
}

export function decideRegistration(registration: Registration, now: Date): UserProfile {
  const { userId: id, email, locale } = registration;
  return { id, email, displayName: fitDisplayName(registration.displayName), locale, version: 1, createdAt: now.toISOString() };
}

/** The next version of a profile, or undefined when the patch says what it says already. */
export function decideProfileChange(profile: UserProfile, patch: ProfilePatch): UserProfile | undefined {
  const displayName = patch.displayName === undefined ? profile.displayName : patch.displayName;
  const locale = patch.locale ?? profile.locale;
  if (displayName === profile.displayName && locale === profile.locale) return undefined;
  return { ...profile, displayName, locale, version: profile.version + 1 };
}

export function presentProfile({ version: _version, ...profile }: UserProfile): Profile {
  return profile;
}

export function presentPublicProfile({ id, displayName }: UserProfile): PublicProfile {
  return { id, displayName };
}

/** Cognito's `name` attribute may be longer than ours, or blank: it is a start, which its owner may change. */
function fitDisplayName(name: string | null): string | null {
  const start = name === null ? null : Array.from(name.trim()).slice(0, MAX_NAME_CHARACTERS).join('');
  const parsed = profileSchema.shape.displayName.safeParse(start);
  return parsed.success ? parsed.data : null;
}

/** A character may take two UTF-16 units, and the contract counts 100 of those. */
const MAX_NAME_CHARACTERS = 50;
