import { z } from 'zod';
import { pii } from '../pii.ts';
import { locale, userId } from '../values.ts';

/** A person changed how they are shown or the language they read; carries the whole profile after the change. */
export const identityUserProfileChangedV1 = z.object({
  userId,
  displayName: pii(z.string()).nullable(),
  locale,
  changedAt: z.iso.datetime(),
});
