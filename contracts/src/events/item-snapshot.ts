import { z } from 'zod';
import { attributes, itemId, itemStatus, price, userId } from '../values.ts';

/** An item as it stands after a change. */
export const itemSnapshot = z.object({
  itemId,
  ownerId: userId,
  sku: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  price: price.nullable(),
  status: itemStatus,
  attributes,
  version: z.number().int().positive(),
});
