import { z } from 'zod';
import { jobId, reason } from '../values.ts';

/** One batch of an import was applied; the rows it could not take are in `rejected`, the rest in the three counts. */
export const catalogImportBatchAppliedV1 = z.object({
  jobId,
  attempt: z.number().int().positive(),
  batchNumber: z.number().int().nonnegative(),
  created: z.number().int().nonnegative(),
  updated: z.number().int().nonnegative(),
  unchanged: z.number().int().nonnegative(),
  rejected: z.array(reason.extend({ rowNumber: z.number().int().positive() })),
});
