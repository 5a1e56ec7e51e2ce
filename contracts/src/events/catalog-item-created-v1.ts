import { itemSnapshot } from './item-snapshot.ts';

export const catalogItemCreatedV1 = itemSnapshot.describe('An item came into being, by hand or by import.');
