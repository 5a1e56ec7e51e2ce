import { jobProgress } from '../values.ts';
import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

export const jobsJobProgressedV1 = jobsJobRequestedV1
  .extend({ progress: jobProgress })
  .describe('Work went on; the newest one wins, by aggregate version.');
