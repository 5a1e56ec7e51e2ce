import { z } from 'zod';
import { userId } from '../values.ts';

export const identityRemoveAccountV1 = z.object({ userId }).describe('Remove the Cognito user of a deleted profile.');
