import { z } from 'zod';
import { pii } from '../pii.ts';
import { emailAddress, locale, plainText, userId } from '../values.ts';

const displayName = pii(plainText.trim().min(1).max(100));

/** `GET /identity/me`: the signed-in user's own profile. */
export const profile = z.object({
  id: userId,
  email: pii(emailAddress),
  displayName: displayName.nullable(),
  locale,
  createdAt: z.iso.datetime(),
});
export type Profile = z.infer<typeof profile>;

/** `PATCH /identity/me`; the e-mail address is Cognito's and changes there. */
export const profilePatch = z
  .strictObject({ displayName: displayName.nullable().optional(), locale: locale.optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'at least one of displayName and locale');
export type ProfilePatch = z.infer<typeof profilePatch>;

/** `GET /identity/users/:id`: what anybody signed in may see of a user. */
export const publicProfile = profile.pick({ id: true, displayName: true });
export type PublicProfile = z.infer<typeof publicProfile>;
