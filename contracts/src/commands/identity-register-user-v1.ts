import { z } from 'zod';
import { pii } from '../pii.ts';
import { emailAddress, locale, userId } from '../values.ts';

export const identityRegisterUserV1 = z
  .object({
    userId,
    email: pii(emailAddress).describe('Confirmed by a code that was sent to it'),
    displayName: pii(z.string()).nullable().describe('Null: none was given'),
    locale,
  })
  .describe('Make the profile of a person whose e-mail address Cognito has confirmed. Sent by the PostConfirmation trigger.');
