import { importTotals } from '../values.ts';
import { jobsJobRequestedV1 } from './jobs-job-requested-v1.ts';

/** Work ended as asked; rows that could not be taken are counted in `result.rejected`. */
export const jobsJobCompletedV1 = jobsJobRequestedV1.extend({ result: importTotals });
