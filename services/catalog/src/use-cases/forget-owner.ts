import type { UserId } from '@torii/contracts';
import { itemDeleted } from '../domain/item-events.ts';
import { forgetCachedCategories, forgetCachedItems } from '../store/cached-items.ts';
import { rememberForgotten } from '../store/forgotten-owners.ts';
import { lockItemsOfOwner } from '../store/read-items.ts';
import { deleteItems } from '../store/write-items.ts';
import type { CatalogContext } from './context.ts';

// First nothing can be added for the person any more, then what there is goes, a batch a transaction. Killed halfway it
// begins again and finds less to do.

/** Locks are held, and events inserted, for this many items at a time: some tens of milliseconds. */
const BATCH_SIZE = 500;

export async function forgetOwner(context: CatalogContext, ownerId: UserId): Promise<void> {
  const { database, cache, clock } = context;
  await database.transaction((tx) => rememberForgotten(database, tx, { ownerId, at: clock.now().toISOString() }));
  let deleted: number;
  do {
    deleted = await deleteBatch(context, ownerId);
  } while (deleted === BATCH_SIZE);
  await forgetCachedCategories(cache, ownerId);
}

async function deleteBatch({ database, outbox, cache }: CatalogContext, ownerId: UserId): Promise<number> {
  const ids = await database.transaction(async (tx) => {
    const items = await lockItemsOfOwner(database, tx, { ownerId, limit: BATCH_SIZE });
    if (items.length === 0) return [];
    const itemIds = items.map(({ id }) => id);
    await deleteItems(database, tx, itemIds);
    await outbox.publish(tx, items.map(itemDeleted));
    return itemIds;
  });
  await forgetCachedItems(cache, ids);
  return ids.length;
}
