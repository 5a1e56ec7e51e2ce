import type { z } from 'zod';
import type { catalogItemCreatedV1 } from './catalog-item-created-v1.ts';
import { itemSnapshotV2 } from './item-snapshot.ts';

export const catalogItemCreatedV2 = itemSnapshotV2.describe('An item came into being, by hand or by import. Carries its times.');

/** An item that has just been created was created and changed when the event was written. */
export function toItemCreatedV2(data: z.infer<typeof catalogItemCreatedV1>, time: string): z.infer<typeof catalogItemCreatedV2> {
  return { ...data, createdAt: time, updatedAt: time };
}
