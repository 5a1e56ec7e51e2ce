import { z } from 'zod';
import { itemId, price, userId } from '../values.ts';

/** An item's price changed; null is an item without a price. Published beside `catalog.item.changed.v1`. */
export const catalogItemPriceChangedV1 = z.object({
  itemId,
  ownerId: userId,
  before: price.nullable(),
  after: price.nullable(),
  version: z.number().int().positive(),
});
