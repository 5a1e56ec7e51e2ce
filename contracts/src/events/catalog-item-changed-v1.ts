import { z } from 'zod';
import { itemSnapshot } from './item-snapshot.ts';

/** An item changed; `changedFields` names what differs from the version before. */
export const catalogItemChangedV1 = itemSnapshot.extend({ changedFields: z.array(z.string()).min(1) });
