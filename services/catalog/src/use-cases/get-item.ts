import type { ItemId, UserId } from '@torii/contracts';
import { itemNotFound } from '../domain/errors.ts';
import { type CatalogItem, isVisible } from '../domain/item.ts';
import { getCachedItem } from '../store/cached-items.ts';
import type { CatalogContext } from './context.ts';

/** @throws ITEM_NOT_FOUND also for an item the viewer may not see: that it exists is not theirs to know */
export async function getItem({ cache, database }: CatalogContext, viewerId: UserId, id: ItemId): Promise<CatalogItem> {
  const item = await getCachedItem(cache, database, id);
  if (item === undefined || !isVisible(item, viewerId)) throw itemNotFound(id);
  return item;
}
