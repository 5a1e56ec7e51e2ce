import { toSqlInstant } from '@torii/chassis';
import type { CatalogItem } from '../domain/item.ts';

/** Columns of `items`, in the order of `toItemValues`. */
export const ITEM_COLUMNS = [
  'id',
  'owner_id',
  'sku',
  'name',
  'description',
  'category',
  'price_minor',
  'price_currency',
  'status',
  'attributes',
  'version',
  'created_at',
  'updated_at',
] as const;

type Column = (typeof ITEM_COLUMNS)[number];

/** A row as the driver gives it. */
export type ItemRow = Readonly<Record<Column, unknown>>;

/** The columns with a table alias before each. */
export function selectColumns(alias: string): string {
  return ITEM_COLUMNS.map((column) => `${alias}.${column}`).join(', ');
}

export function toItemValues(item: CatalogItem): readonly (string | number | null)[] {
  return [
    item.id,
    item.ownerId,
    item.sku,
    item.name,
    item.description,
    item.category,
    item.price?.amountMinor ?? null,
    item.price?.currency ?? null,
    item.status,
    JSON.stringify(item.attributes),
    item.version,
    toSqlInstant(item.createdAt),
    toSqlInstant(item.updatedAt),
  ];
}

/** What is in the table passed the contract on its way in, so the types are asserted and not checked again for every row. */
export function parseItemRow(row: ItemRow): CatalogItem {
  return {
    id: row.id as CatalogItem['id'],
    ownerId: row.owner_id as CatalogItem['ownerId'],
    sku: row.sku as string,
    name: row.name as string,
    description: row.description as string | null,
    category: row.category as string | null,
    price: row.price_currency === null ? null : { amountMinor: Number(row.price_minor), currency: row.price_currency as string },
    status: row.status as CatalogItem['status'],
    attributes: JSON.parse(row.attributes as string) as CatalogItem['attributes'],
    version: row.version as number,
    createdAt: (row.created_at as Date).toISOString(),
    updatedAt: (row.updated_at as Date).toISOString(),
  };
}
