import { z } from 'zod';
import { jobId, jobType, userId } from '../values.ts';

/** Somebody asked for long work, or asked for it again (`attempt` above 1). */
export const jobsJobRequestedV1 = z.object({
  jobId,
  jobType,
  ownerId: userId,
  attempt: z.number().int().positive(),
});
