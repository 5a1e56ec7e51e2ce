import { z } from 'zod';
import { itemId, userId } from '../values.ts';

export const catalogItemDeletedV1 = z
  .object({
    itemId,
    ownerId: userId,
    sku: z.string(),
    version: z.number().int().positive().describe('One above the last version the item had'),
  })
  .describe('An item is gone, by its owner or because its owner left.');
