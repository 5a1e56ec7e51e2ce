import { z } from 'zod';
import { attributes, itemId, itemStatus, price, userId } from '../values.ts';

/** An item as it stands after a change. */
export const itemSnapshot = z.object({
  itemId,
  ownerId: userId,
  sku: z.string().describe('Unique per owner'),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  price: price.nullable().describe('Null: the item has none, and cannot be listed'),
  status: itemStatus,
  attributes,
  version: z.number().int().positive().describe('1 at its creation, one more with each change'),
});

/** Since v2 with its times: whoever keeps a copy of the catalog cannot take them from the order in which events arrive. */
export const itemSnapshotV2 = itemSnapshot.extend({
  createdAt: z.iso.datetime().nullable().describe('Null in a message that was first written as v1'),
  updatedAt: z.iso.datetime(),
});
