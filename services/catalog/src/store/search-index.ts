import { type Database, JOINS_NEXT } from '@torii/chassis';
import type { Transaction } from 'sequelize';
import type { CatalogItem, ItemField } from '../domain/item.ts';
import { composeSearchText, encodeSearchTokens } from '../domain/search-text.ts';

const SEARCHED_FIELDS: ReadonlySet<ItemField> = new Set(['sku', 'name', 'description', 'category', 'attributes']);

/** True when a change of these fields may be one of the searched text. */
export function changesSearchText(changedFields: readonly ItemField[]): boolean {
  return changedFields.some((field) => SEARCHED_FIELDS.has(field));
}

/** What is kept of an item's text; see domain/search-text.ts. */
export type SearchRow = readonly [itemId: string, text: string, tokens: string];

export function toSearchRow(item: CatalogItem): SearchRow {
  const text = composeSearchText(item);
  return [item.id, text, encodeSearchTokens(text)];
}

/** Makes items findable by their text as it is now; MariaDB's index shows it from the commit on. */
export async function indexItems(database: Database, tx: Transaction, items: readonly CatalogItem[]): Promise<void> {
  await insertSearchRows(database, tx, items.map(toSearchRow));
}

/** As `indexItems`, which also says what the rows are. */
export async function insertSearchRows(database: Database, tx: Transaction, rows: readonly SearchRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sql = `${JOINS_NEXT}INSERT INTO item_search (item_id, text, tokens) VALUES ?
    ON DUPLICATE KEY UPDATE text = VALUES(text), tokens = VALUES(tokens)`;
  await database.sequelize.query(sql, { replacements: [rows], transaction: tx });
}
