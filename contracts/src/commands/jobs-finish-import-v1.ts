import { z } from 'zod';
import { jobId } from '../values.ts';

/** Every batch has been applied: write the rejected rows to a file and complete the job. */
export const jobsFinishImportV1 = z.object({ jobId, attempt: z.number().int().positive() });
