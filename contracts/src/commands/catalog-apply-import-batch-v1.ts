import { z } from 'zod';
import { attributes, itemStatus, jobId, price, userId } from '../values.ts';

/** SQS takes 256 KiB a message; 500 rows and 200 KiB leave room for the envelope and the attributes. */
export const IMPORT_BATCH_MAX_ROWS = 500;
export const IMPORT_BATCH_MAX_BYTES = 200 * 1024;

/** A row of the file after column mapping. */
export const importRow = z.object({
  rowNumber: z.number().int().positive().describe('1 is the first row below the header'),
  sku: z.string(),
  name: z.string(),
  description: z.string().optional(),
  category: z.string().optional(),
  price: price.optional(),
  status: itemStatus.optional(),
  attributes: attributes.optional(),
});
export type ImportRow = z.infer<typeof importRow>;

export const catalogApplyImportBatchV1 = z
  .object({
    jobId,
    attempt: z.number().int().positive(),
    batchNumber: z.number().int().nonnegative().describe('Comes back in the answer; 0 is the first'),
    ownerId: userId,
    rows: z.array(importRow).min(1).max(IMPORT_BATCH_MAX_ROWS).describe("A field that is absent leaves the item's value as it is"),
  })
  .describe('Create or update the items of these rows for their owner, found by sku.');
