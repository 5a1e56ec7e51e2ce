import { itemId, type ItemDraft, type UserId } from '@torii/contracts';
import { ownerDeleted, skuTaken } from '../domain/errors.ts';
import { itemCreated } from '../domain/item-events.ts';
import { type CatalogItem, decideCreation } from '../domain/item.ts';
import { forgetCachedCategories } from '../store/cached-items.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import { indexItems } from '../store/search-index.ts';
import { insertItems, isSkuTaken } from '../store/write-items.ts';
import type { CatalogContext } from './context.ts';

// The item, its search text and its event commit together or not at all.

/** @throws ITEM_WITHOUT_PRICE, SKU_TAKEN, OWNER_DELETED */
export async function createItem(context: CatalogContext, ownerId: UserId, draft: ItemDraft): Promise<CatalogItem> {
  const { database, outbox, cache } = context;
  const item = decideCreation(draft, { id: itemId.parse(context.createId()), ownerId, now: context.clock.now() });
  try {
    await database.transaction(async (tx) => {
      await insertItems(database, tx, [item]);
      if (await isForgotten(database, tx, ownerId)) throw ownerDeleted(ownerId);
      await indexItems(database, tx, [item]);
      await outbox.publish(tx, itemCreated(item));
    });
  } catch (error) {
    throw isSkuTaken(error) ? skuTaken(item.sku, error) : error;
  }
  await forgetCachedCategories(cache, [item]);
  return item;
}
