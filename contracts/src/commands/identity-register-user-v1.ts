import { z } from 'zod';
import { pii } from '../pii.ts';
import { emailAddress, locale, userId } from '../values.ts';

/** Make the profile of a person whose e-mail address Cognito has confirmed. Sent by the PostConfirmation trigger. */
export const identityRegisterUserV1 = z.object({
  userId,
  email: pii(emailAddress),
  displayName: pii(z.string()).nullable(),
  locale,
});
