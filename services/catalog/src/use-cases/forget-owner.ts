import type { UserId } from '@torii/contracts';
import type { CatalogItem } from '../domain/item.ts';
import { itemDeleted } from '../domain/item-events.ts';
import { deleteAnswersOf } from '../store/applied-batches.ts';
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
  const { database, clock } = context;
  await database.transaction((tx) => rememberForgotten(database, tx, { ownerId, at: clock.now().toISOString() }));
  await deleteAnswersOf(database, ownerId);
  let deleted: number;
  do {
    deleted = await deleteBatch(context, ownerId);
  } while (deleted === BATCH_SIZE);
}

async function deleteBatch({ database, outbox, cache }: CatalogContext, ownerId: UserId): Promise<number> {
  const items = await database.transaction(async (tx) => {
    const locked = await lockItemsOfOwner(database, tx, { ownerId, limit: BATCH_SIZE });
    await deleteItems(database, tx, locked.map(toId));
    await outbox.publish(tx, locked.map(itemDeleted));
    return locked;
  });
  await forgetCachedItems(cache, items.map(toId));
  await forgetCachedCategories(cache, items);
  return items.length;
}

function toId({ id }: CatalogItem): string {
  return id;
}
