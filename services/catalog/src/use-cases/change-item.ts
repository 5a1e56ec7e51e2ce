import type { ItemId, ItemPatch, UserId } from '@torii/contracts';
import { itemNotFound, skuTaken } from '../domain/errors.ts';
import { itemChanged } from '../domain/item-events.ts';
import { assertMayChange, type CatalogItem, decideChange, type ItemChange } from '../domain/item.ts';
import { assertExpected, type ExpectedVersion } from '../domain/precondition.ts';
import { forgetCachedCategories, forgetCachedItems } from '../store/cached-items.ts';
import { lockItem } from '../store/read-items.ts';
import { changesSearchText, indexItems } from '../store/search-index.ts';
import { isSkuTaken, updateItems } from '../store/write-items.ts';
import type { CatalogContext } from './context.ts';

// Of two changes based on the same version one wins: the row is held from the comparison to the commit. A change that
// changes nothing keeps the version and publishes nothing.

export interface ChangeItem {
  readonly id: ItemId;
  readonly patch: ItemPatch;
  readonly expected: ExpectedVersion;
}

/** @throws ITEM_NOT_FOUND, ITEM_NOT_OWNED, ITEM_VERSION_STALE, ITEM_WITHOUT_PRICE, SKU_TAKEN */
export async function changeItem(context: CatalogContext, userId: UserId, request: ChangeItem): Promise<CatalogItem> {
  const { item, change } = await writeChange(context, userId, request);
  if (change === undefined) return item;
  await forgetCachedItems(context.cache, [item.id]);
  if (movesCategories(change)) await forgetCachedCategories(context.cache, [item, change.after]);
  return change.after;
}

interface WrittenChange {
  readonly item: CatalogItem;
  readonly change: ItemChange | undefined;
}

async function writeChange(context: CatalogContext, userId: UserId, { id, patch, expected }: ChangeItem): Promise<WrittenChange> {
  const { database, outbox, clock } = context;
  return database.transaction(async (tx) => {
    const item = await lockItem(database, tx, id);
    if (item === undefined) throw itemNotFound(id);
    assertMayChange(item, userId);
    assertExpected(item, expected);
    const change = decideChange(item, patch, clock.now());
    if (change === undefined) return { item, change };
    await updateItems(database, tx, [change.after]).catch((error: unknown) => {
      throw isSkuTaken(error) ? skuTaken(change.after.sku, error) : error;
    });
    if (changesSearchText(change.changedFields)) await indexItems(database, tx, [change.after]);
    await outbox.publish(tx, itemChanged(change));
    return { item, change };
  });
}

function movesCategories({ changedFields }: ItemChange): boolean {
  return changedFields.includes('category') || changedFields.includes('status');
}
