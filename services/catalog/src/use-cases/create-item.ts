import { itemId, type ItemDraft, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
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
export async function createItem(
  context: CatalogContext,
  tx: Transaction,
  { ownerId, draft }: { readonly ownerId: UserId; readonly draft: ItemDraft },
): Promise<CatalogItem> {
  const { database, outbox, cache } = context;
  const item = decideCreation(draft, { id: itemId.parse(context.createId()), ownerId, now: context.clock.now() });
  await insertItems(database, tx, [item]).catch((error: unknown) => {
    throw isSkuTaken(error) ? skuTaken(item.sku, error) : error;
  });
  if (await isForgotten(database, tx, ownerId)) throw ownerDeleted(ownerId);
  await indexItems(database, tx, [item]);
  await outbox.publish(tx, itemCreated(item));
  tx.afterCommit(() => forgetCachedCategories(cache, [item]));
  return item;
}
