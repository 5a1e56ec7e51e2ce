import { z } from 'zod';
import { itemId, price, userId } from '../values.ts';

export const catalogItemPriceChangedV1 = z
  .object({
    itemId,
    ownerId: userId,
    before: price.nullable().describe('Null: the item had no price'),
    after: price.nullable().describe('Null: the item has no price any more'),
    version: z.number().int().positive().describe('Of the item after the change'),
  })
  .describe("An item's price changed. Published beside the event of the change, for those whom only prices concern.");
