import { z } from 'zod';
import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

export const jobsJobCompletedV1 = jobsJobRequestedV1
  .extend({
    result: z
      .record(z.string(), z.number().int().nonnegative())
      .describe('What was done, counted: `created`, `updated`, `unchanged` and `rejected` of an import, `rows` and `bytes` of an export'),
  })
  .describe('Work ended as asked.');
