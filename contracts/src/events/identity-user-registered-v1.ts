import { z } from 'zod';
import { pii } from '../pii.ts';
import { emailAddress, locale, userId } from '../values.ts';

/** A person confirmed their e-mail address and now has a profile. */
export const identityUserRegisteredV1 = z.object({
  userId,
  email: pii(emailAddress),
  displayName: pii(z.string()).nullable(),
  locale,
  registeredAt: z.iso.datetime(),
});
