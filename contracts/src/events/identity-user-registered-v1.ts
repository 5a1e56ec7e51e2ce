import { z } from 'zod';
import { pii } from '../pii.ts';
import { emailAddress, locale, userId } from '../values.ts';

export const identityUserRegisteredV1 = z
  .object({
    userId,
    email: pii(emailAddress).describe('Confirmed by a code that was sent to it'),
    displayName: pii(z.string()).nullable().describe('Null: none was given'),
    locale,
    registeredAt: z.iso.datetime(),
  })
  .describe('A person confirmed their e-mail address and now has a profile.');
