import type { ItemId, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { itemNotFound } from '../domain/errors.ts';
import { itemDeleted } from '../domain/item-events.ts';
import { assertMayChange } from '../domain/item.ts';
import { assertExpected, type ExpectedVersion } from '../domain/precondition.ts';
import { forgetCachedCategories, forgetCachedItems } from '../store/cached-items.ts';
import { lockItem } from '../store/read-items.ts';
import { deleteItems } from '../store/write-items.ts';
import type { CatalogContext } from './context.ts';

export interface DeleteItem {
  readonly userId: UserId;
  readonly id: ItemId;
  readonly expected: ExpectedVersion;
}

/** @throws ITEM_NOT_FOUND, ITEM_NOT_OWNED, ITEM_VERSION_STALE */
export async function deleteItem(context: CatalogContext, tx: Transaction, { userId, id, expected }: DeleteItem): Promise<void> {
  const { database, outbox, cache } = context;
  const item = await lockItem(database, tx, id);
  if (item === undefined) throw itemNotFound(id);
  assertMayChange(item, userId);
  assertExpected(item, expected);
  await deleteItems(database, tx, [id]);
  await outbox.publish(tx, itemDeleted(item));
  tx.afterCommit(async () => {
    await forgetCachedItems(cache, [id]);
    await forgetCachedCategories(cache, [item]);
  });
}
