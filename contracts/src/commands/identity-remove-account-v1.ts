import { z } from 'zod';
import { userId } from '../values.ts';

/** Remove the Cognito user of a deleted profile. */
export const identityRemoveAccountV1 = z.object({ userId });
