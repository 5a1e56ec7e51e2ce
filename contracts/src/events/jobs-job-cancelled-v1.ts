import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

/** Its owner stopped the work; what was applied before stays. */
export const jobsJobCancelledV1 = jobsJobRequestedV1;
