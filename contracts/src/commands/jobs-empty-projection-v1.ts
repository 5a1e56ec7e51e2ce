import { z } from 'zod';

export const jobsEmptyProjectionV1 = z
  .object({})
  .describe('Forget every copied item, tombstones included, so that a replay builds the copy from nothing. Sent by operators.');
