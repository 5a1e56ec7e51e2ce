import { z } from 'zod';
import { itemSnapshot } from './item-snapshot.ts';

export const catalogItemChangedV1 = itemSnapshot
  .extend({ changedFields: z.array(z.string()).min(1).describe('Names of the fields that differ from the version before') })
  .describe('An item changed. Carries the whole item as it is now.');
