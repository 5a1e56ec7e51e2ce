import { z } from 'zod';
import { pii } from '../pii.ts';
import { locale, userId } from '../values.ts';

export const identityUserProfileChangedV1 = z
  .object({
    userId,
    displayName: pii(z.string()).nullable().describe('Null: none is shown'),
    locale,
    changedAt: z.iso.datetime(),
  })
  .describe('A person changed how they are shown or the language they read. Carries the whole profile after the change.');
