import { z } from 'zod';
import { jobId } from '../values.ts';

export const jobsFinishImportV1 = z
  .object({ jobId, attempt: z.number().int().positive() })
  .describe('Every batch has been applied: write the rejected rows to a file and complete the job.');
