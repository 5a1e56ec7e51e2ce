import { reason } from '../values.ts';
import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

/** Work ended without its result; `error` says why and what to do. */
export const jobsJobFailedV1 = jobsJobRequestedV1.extend({ error: reason });
