import type { Item } from '@torii/contracts';

/** An item as its events tell it. */
export interface ItemCopy extends Omit<Item, 'createdAt'> {
  /** Null when no message told it: the item is older than `catalog.item.created.v2`. */
  readonly createdAt: string | null;
}
