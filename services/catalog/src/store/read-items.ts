import { type Database, groupStatement } from '@torii/chassis';
import type { ItemId, UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { CatalogItem } from '../domain/item.ts';
import { type ItemRow, parseItemRow, selectColumns } from './item-row.ts';

const SELECT_ITEM = `SELECT ${selectColumns('i')} FROM items i`;

/** From the primary: what is found here goes to the cache, where a replica's past would outlive the lag. */
export async function findItem(database: Database, id: ItemId): Promise<CatalogItem | undefined> {
  const rows = await database.sequelize.query<ItemRow>(`${SELECT_ITEM} WHERE i.id = ?`, {
    replacements: [id],
    type: QueryTypes.SELECT,
  });
  return rows.map(parseItemRow)[0];
}

/** Holds the item until the transaction ends: whoever comes next sees the version this one leaves. */
export async function lockItem(database: Database, tx: Transaction, id: ItemId): Promise<CatalogItem | undefined> {
  const rows = await database.sequelize.query<ItemRow>(`${groupStatement(tx)}${SELECT_ITEM} WHERE i.id = ? FOR UPDATE`, {
    replacements: [id],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseItemRow)[0];
}

/**
 * Holds the owner's items of these skus, in one query whose locks are taken in index order. Without the hint MariaDB may read,
 * and lock, every item of an owner when the list of skus is long.
 */
export async function lockItemsBySku(
  database: Database,
  tx: Transaction,
  key: { readonly ownerId: UserId; readonly skus: readonly string[] },
): Promise<ReadonlyMap<string, CatalogItem>> {
  const rows = await database.sequelize.query<ItemRow>(
    `${SELECT_ITEM} FORCE INDEX (items_owner_sku) WHERE i.owner_id = ? AND i.sku IN (?) FOR UPDATE`,
    {
      replacements: [key.ownerId, key.skus],
      type: QueryTypes.SELECT,
      transaction: tx,
    },
  );
  return new Map(rows.map(parseItemRow).map((item) => [item.sku, item]));
}

/** Holds the next `limit` items of an owner, in no particular order. */
export async function lockItemsOfOwner(
  database: Database,
  tx: Transaction,
  key: { readonly ownerId: UserId; readonly limit: number },
): Promise<readonly CatalogItem[]> {
  const rows = await database.sequelize.query<ItemRow>(`${SELECT_ITEM} WHERE i.owner_id = ? LIMIT ? FOR UPDATE`, {
    replacements: [key.ownerId, key.limit],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseItemRow);
}
