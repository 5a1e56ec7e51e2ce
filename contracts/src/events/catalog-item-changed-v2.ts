import { z } from 'zod';
import type { catalogItemChangedV1 } from './catalog-item-changed-v1.ts';
import { itemSnapshotV2 } from './item-snapshot.ts';

export const catalogItemChangedV2 = itemSnapshotV2
  .extend({ changedFields: z.array(z.string()).min(1).describe('Names of the fields that differ from the version before') })
  .describe('An item changed. Carries the whole item as it is now, with its times.');

/** When the item was created is not known from v1. */
export function toItemChangedV2(data: z.infer<typeof catalogItemChangedV1>, time: string): z.infer<typeof catalogItemChangedV2> {
  return { ...data, createdAt: null, updatedAt: time };
}
