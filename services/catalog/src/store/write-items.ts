import { type Database, groupStatement, together } from '@torii/chassis';
import type { UserId } from '@torii/contracts';
import { type Transaction, UniqueConstraintError } from 'sequelize';
import type { CatalogItem } from '../domain/item.ts';
import { SELECT_FORGOTTEN } from './forgotten-owners.ts';
import { ITEM_COLUMNS, toItemValues } from './item-row.ts';

// Multi-row statements written out: Sequelize's bulkCreate takes five times the client's CPU for the same rows.

const IMMUTABLE: ReadonlySet<string> = new Set(['id', 'owner_id', 'created_at']);
const INSERT = `INSERT INTO items (${ITEM_COLUMNS.join(', ')}) VALUES ?`;
const CHANGES = ITEM_COLUMNS.filter((column) => !IMMUTABLE.has(column)).map((column) => `${column} = VALUES(${column})`);

/** @throws UniqueConstraintError when an owner has one of the skus already */
export async function insertItems(database: Database, tx: Transaction, items: readonly CatalogItem[]): Promise<void> {
  if (items.length === 0) return;
  await database.sequelize.query(INSERT, { replacements: [items.map(toItemValues)], transaction: tx });
}

export interface Insertion {
  /** Ids of what was inserted. */
  readonly inserted: ReadonlySet<string>;
  /** One of the owners who has been forgotten. */
  readonly forgottenOwner: UserId | undefined;
}

/**
 * Inserts those items whose owner has no other of the same sku. A row that meets one changes nothing and gives back the other's id. Unlike
 * `INSERT IGNORE`, which would also cut what is too long, it fails at everything else. Whether an owner has been forgotten is asked
 * in the same packet, when the rows are there.
 */
export async function insertNewItems(database: Database, tx: Transaction, items: readonly CatalogItem[]): Promise<Insertion> {
  const insert = `${groupStatement(tx)}${INSERT} ON DUPLICATE KEY UPDATE id = items.id RETURNING id`;
  const [results] = await database.sequelize.query(together(insert, SELECT_FORGOTTEN), {
    replacements: [items.map(toItemValues), [...new Set(items.map(({ ownerId }) => ownerId))]],
    transaction: tx,
  });
  const [inserted, forgotten] = parseInsertion(results);
  return { inserted: new Set(inserted.map(({ id }) => id)), forgottenOwner: forgotten[0]?.owner_id };
}

/** As the two statements name their columns. */
function parseInsertion(results: unknown): readonly [readonly { readonly id: string }[], readonly { readonly owner_id: UserId }[]] {
  return results as ReturnType<typeof parseInsertion>;
}

/** Writes items that this transaction has locked: every row meets its primary key, so nothing is ever inserted. */
export async function updateItems(database: Database, tx: Transaction, items: readonly CatalogItem[]): Promise<void> {
  if (items.length === 0) return;
  const sql = `${INSERT} ON DUPLICATE KEY UPDATE ${CHANGES.join(', ')}`;
  await database.sequelize.query(sql, { replacements: [items.map(toItemValues)], transaction: tx });
}

export async function deleteItems(database: Database, tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.sequelize.query('DELETE FROM item_search WHERE item_id IN (?)', { replacements: [ids], transaction: tx });
  await database.sequelize.query('DELETE FROM items WHERE id IN (?)', { replacements: [ids], transaction: tx });
}

/** True for the failure of a unique key, which here is always `(owner_id, sku)`: ids are made unique. */
export function isSkuTaken(error: unknown): boolean {
  return error instanceof UniqueConstraintError;
}
