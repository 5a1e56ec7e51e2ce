import type { GroupOutcome, PreparedMessages } from '@torii/chassis';
import { itemId, type ItemDraft, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { ownerDeleted, skuTaken } from '../domain/errors.ts';
import { itemCreated } from '../domain/item-events.ts';
import { type CatalogItem, decideCreation } from '../domain/item.ts';
import { forgetCachedCategories } from '../store/cached-items.ts';
import { insertSearchRows, type SearchRow, toSearchRow } from '../store/search-index.ts';
import { insertNewItems } from '../store/write-items.ts';
import type { CatalogContext } from './context.ts';

// An item, its search text and its event commit together or not at all. Items that are created at the same moment share a transaction; what is
// left to do inside it is as little as can be.

/** A new item with everything that is written of it. */
export interface ItemCreation {
  readonly item: CatalogItem;
  readonly search: SearchRow;
  readonly events: PreparedMessages;
}

/** @throws ITEM_WITHOUT_PRICE */
export function prepareCreation(
  { outbox, clock, createId }: CatalogContext,
  { ownerId, draft }: { readonly ownerId: UserId; readonly draft: ItemDraft },
): ItemCreation {
  const item = decideCreation(draft, { id: itemId.parse(createId()), ownerId, now: clock.now() });
  return { item, search: toSearchRow(item), events: outbox.prepare(itemCreated(item)) };
}

/** Outcomes may be SKU_TAKEN. @throws OWNER_DELETED when one of the owners is: of several, each is to be tried alone */
export async function createItems(
  context: CatalogContext,
  tx: Transaction,
  creations: readonly ItemCreation[],
): Promise<readonly GroupOutcome<CatalogItem>[]> {
  const { inserted, forgottenOwner } = await insertNewItems(context.database, tx, creations.map(toItem));
  if (forgottenOwner !== undefined) throw ownerDeleted(forgottenOwner);
  const created = creations.filter(({ item }) => inserted.has(item.id));
  if (created.length > 0) await complete(context, tx, created);
  return creations.map(({ item }) => (inserted.has(item.id) ? { value: item } : { error: skuTaken(item.sku) }));
}

async function complete({ database, outbox, cache }: CatalogContext, tx: Transaction, created: readonly ItemCreation[]): Promise<void> {
  await insertSearchRows(
    database,
    tx,
    created.map(({ search }) => search),
  );
  await outbox.append(
    tx,
    created.map(({ events }) => events),
  );
  tx.afterCommit(() => forgetCachedCategories(cache, created.map(toItem)));
}

function toItem({ item }: ItemCreation): CatalogItem {
  return item;
}
