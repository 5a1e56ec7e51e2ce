import { z } from 'zod';
import { itemId, userId } from '../values.ts';

/** An item is gone; `version` is one above the last version it had. */
export const catalogItemDeletedV1 = z.object({
  itemId,
  ownerId: userId,
  sku: z.string(),
  version: z.number().int().positive(),
});
