import { z } from 'zod';
import { jobId, reason } from '../values.ts';

export const catalogImportBatchAppliedV1 = z
  .object({
    jobId,
    attempt: z.number().int().positive().describe('Of the job that the batch belongs to'),
    batchNumber: z.number().int().nonnegative().describe('As in the command; 0 is the first'),
    created: z.number().int().nonnegative(),
    updated: z.number().int().nonnegative(),
    unchanged: z.number().int().nonnegative().describe('Rows whose item was as they say already'),
    rejected: z
      .array(reason.extend({ rowNumber: z.number().int().positive().describe('1 is the first row below the header') }))
      .describe('Rows that catalog refused, each with its reason'),
  })
  .describe('One batch of an import was applied; the rows it could not take are in `rejected`, the rest in the three counts.');
