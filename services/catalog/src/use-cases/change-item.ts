import type { ItemId, ItemPatch, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
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
  readonly userId: UserId;
  readonly id: ItemId;
  readonly patch: ItemPatch;
  readonly expected: ExpectedVersion;
}

/** @throws ITEM_NOT_FOUND, ITEM_NOT_OWNED, ITEM_VERSION_STALE, ITEM_WITHOUT_PRICE, SKU_TAKEN */
export async function changeItem(context: CatalogContext, tx: Transaction, request: ChangeItem): Promise<CatalogItem> {
  const { database, outbox, clock } = context;
  const item = await lockItem(database, tx, request.id);
  if (item === undefined) throw itemNotFound(request.id);
  assertMayChange(item, request.userId);
  assertExpected(item, request.expected);
  const change = decideChange(item, request.patch, clock.now());
  if (change === undefined) return item;
  await updateItems(database, tx, [change.after]).catch((error: unknown) => {
    throw isSkuTaken(error) ? skuTaken(change.after.sku, error) : error;
  });
  if (changesSearchText(change.changedFields)) await indexItems(database, tx, [change.after]);
  await outbox.publish(tx, itemChanged(change));
  tx.afterCommit(() => forgetCached(context, change));
  return change.after;
}

async function forgetCached({ cache }: CatalogContext, { before, after, changedFields }: ItemChange): Promise<void> {
  await forgetCachedItems(cache, [after.id]);
  if (movesCategories(changedFields)) await forgetCachedCategories(cache, [before, after]);
}

function movesCategories(changedFields: ItemChange['changedFields']): boolean {
  return changedFields.includes('category') || changedFields.includes('status');
}
