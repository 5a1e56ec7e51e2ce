import { z } from 'zod';
import { jobId } from '../values.ts';

export const jobsRunExportSliceV1 = z
  .object({ jobId, attempt: z.number().int().positive() })
  .describe('Go on with an export from its committed checkpoint for one slice of time.');
