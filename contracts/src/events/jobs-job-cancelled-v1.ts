import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

export const jobsJobCancelledV1 = jobsJobRequestedV1.describe('Its owner stopped the work; what was applied before stays.');
