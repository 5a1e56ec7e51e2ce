import { z } from 'zod';

export const jobsProjectionRebuiltV1 = z
  .object({
    emptiedBy: z.guid().describe('Id of the jobs.empty-projection.v1 that the replay began with; the end of another one changes nothing'),
  })
  .describe('Everything that was replayed into the emptied copy has been handled: exports may read it again. Sent by operators.');
