import { z } from 'zod';
import { userId } from '../values.ts';

export const identityUserDeletedV1 = z
  .object({ userId, deletedAt: z.iso.datetime() })
  .describe('A person left: every subscriber forgets what it holds about them.');
