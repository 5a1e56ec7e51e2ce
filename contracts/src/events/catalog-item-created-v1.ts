import { itemSnapshot } from './item-snapshot.ts';

/** An item came into being, by hand or by import. */
export const catalogItemCreatedV1 = itemSnapshot;
