import { reason } from '../values.ts';
import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

export const jobsJobFailedV1 = jobsJobRequestedV1
  .extend({ error: reason.describe('Why, and what to do') })
  .describe('Work ended without its result.');
