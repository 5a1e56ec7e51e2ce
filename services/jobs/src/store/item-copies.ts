import { type Database, toSqlInstant } from '@torii/chassis';
import { attributes, itemId, itemStatus, userId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import { z } from 'zod';
import type { ExportScope } from '../domain/export.ts';
import type { ItemCopy } from '../domain/item-copy.ts';

// Every statement on item_copies. Which of two messages of an item wins is decided by its version alone, in one statement, so
// the rows are the same whatever the order and however often messages come.

const CONTENT = [
  'owner_id',
  'sku',
  'name',
  'description',
  'category',
  'price_minor',
  'price_currency',
  'status',
  'attributes',
  'updated_at',
] as const;
const COLUMNS = ['id', ...CONTENT, 'created_at', 'version'] as const;

/** Commutes: of two times the earlier one, whichever message came first. None for a deleted item. */
const CREATED_AT = `created_at = IF(version < VALUES(version) AND VALUES(status) IS NULL OR version >= VALUES(version) AND status IS NULL, NULL,
  LEAST(COALESCE(created_at, VALUES(created_at)), COALESCE(VALUES(created_at), created_at)))`;
// MariaDB assigns from left to right: what is compared with is assigned last, and `status` behind the time that asks for it.
const UPSERT = `INSERT INTO item_copies (${COLUMNS.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE ${CREATED_AT},
  ${CONTENT.map((column) => `${column} = IF(version < VALUES(version), VALUES(${column}), ${column})`).join(', ')},
  version = GREATEST(version, VALUES(version))`;

/** Rows deleted by one statement: short locks, small undo log. */
const DELETE_ROWS = 5000;

const copyRow = z.object({
  id: itemId,
  version: z.number(),
  owner_id: userId,
  sku: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  price_minor: z.coerce.number(),
  price_currency: z.string().nullable(),
  status: itemStatus,
  attributes: z.string().transform((text) => attributes.parse(JSON.parse(text))),
  created_at: z.date().nullable(),
  updated_at: z.date(),
});

/** What a message says of an item: how it stands, or that it is gone. */
export type CopyChange = ItemCopy | Pick<ItemCopy, 'id' | 'version'>;

/** Of a deleted item id and version stay, so that an older message brings nothing back. */
export async function saveCopies(database: Database, tx: Transaction, changes: readonly CopyChange[]): Promise<void> {
  // In one order, so that two batches with common items cannot deadlock.
  const rows = changes.toSorted((left, right) => (left.id === right.id ? 0 : left.id < right.id ? -1 : 1)).map(toValues);
  await database.sequelize.query(UPSERT, { replacements: [rows], transaction: tx });
}

function toValues(change: CopyChange): readonly unknown[] {
  if (!('sku' in change)) return COLUMNS.map((column) => (column === 'id' ? change.id : column === 'version' ? change.version : null));
  const { price } = change;
  return [
    change.id,
    change.ownerId,
    change.sku,
    change.name,
    change.description,
    change.category,
    price?.amountMinor ?? null,
    price?.currency ?? null,
    change.status,
    JSON.stringify(change.attributes),
    toSqlInstant(change.updatedAt),
    change.createdAt === null ? null : toSqlInstant(change.createdAt),
    change.version,
  ];
}

/** Empties the table a few rows at a time, outside any transaction. */
export async function deleteAllCopies(database: Database): Promise<void> {
  let deleted = DELETE_ROWS;
  while (deleted === DELETE_ROWS)
    deleted = await database.sequelize.query(`DELETE FROM item_copies ORDER BY id LIMIT ${DELETE_ROWS}`, { type: QueryTypes.BULKDELETE });
}

/**
 * The next items of the scopes behind `after`, in the order of their ids, as they are now. Scopes are merged within one
 * statement: an item that goes from one to another between two pages is neither lost nor there twice.
 */
export async function findCopies(
  database: Database,
  scopes: readonly ExportScope[],
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<readonly ItemCopy[]> {
  if (scopes.length === 0) return [];
  const parts = scopes.map((scope) => {
    const where = matchScope(scope);
    return {
      sql: `(SELECT id FROM item_copies FORCE INDEX (${indexOf(scope)}) WHERE ${where.sql} AND id > ? ORDER BY id LIMIT ?)`,
      values: [...where.values, after ?? '', limit],
    };
  });
  const sql = `SELECT copy.* FROM (${parts.map((part) => part.sql).join(' UNION ALL ')} ORDER BY id LIMIT ?) page
    JOIN item_copies copy ON copy.id = page.id ORDER BY page.id`;
  const replacements = [...parts.flatMap(({ values }) => values), limit];
  return (await database.read.query(sql, { replacements, type: QueryTypes.SELECT })).map(parseCopyRow);
}

/** How many there are now; read from the indexes alone but for one person's items of a category. */
export async function countCopies(database: Database, scopes: readonly ExportScope[]): Promise<number> {
  const counts = await Promise.all(
    scopes.map(async (scope) => {
      const where = matchScope(scope);
      const sql = `SELECT COUNT(*) AS count FROM item_copies FORCE INDEX (${indexOf(scope)}) WHERE ${where.sql}`;
      const [row] = await database.read.query<{ count: unknown }>(sql, { replacements: [...where.values], type: QueryTypes.SELECT });
      return Number(row?.count ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function indexOf({ ownerId, category }: ExportScope): string {
  if (ownerId !== undefined) return 'item_copies_owner';
  return category === undefined ? 'item_copies_status' : 'item_copies_status_category';
}

function matchScope({ status, ownerId, category }: ExportScope): { readonly sql: string; readonly values: readonly string[] } {
  const conditions = ['status = ?'];
  const values: string[] = [status];
  for (const [column, value] of [
    ['owner_id', ownerId],
    ['category', category],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(value);
  }
  return { sql: conditions.join(' AND '), values };
}

function parseCopyRow(row: unknown): ItemCopy {
  const parsed = copyRow.parse(row);
  return {
    id: parsed.id,
    sku: parsed.sku,
    name: parsed.name,
    description: parsed.description,
    category: parsed.category,
    price: parsed.price_currency === null ? null : { amountMinor: parsed.price_minor, currency: parsed.price_currency },
    status: parsed.status,
    attributes: parsed.attributes,
    ownerId: parsed.owner_id,
    version: parsed.version,
    createdAt: parsed.created_at?.toISOString() ?? null,
    updatedAt: parsed.updated_at.toISOString(),
  };
}
