import { z } from 'zod';
import { jobId, userId } from '../values.ts';

export const jobsJobRequestedV1 = z
  .object({
    jobId,
    jobType: z.string().describe('`catalog-import`, `catalog-export`, and what will be added: leave kinds that you do not know'),
    ownerId: userId.nullable().describe('Null: work of the platform itself, such as the nightly export'),
    attempt: z.number().int().positive().describe('Above 1: asked for again'),
  })
  .describe('Somebody asked for long work, or asked for it again.');
