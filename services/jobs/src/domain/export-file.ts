import type { ExportFormat, Item } from '@torii/contracts';
import { escapeFormula } from './formula.ts';
import type { ItemCopy } from './item-copy.ts';
import { formatPriceAmount } from './price.ts';

/** Named so that an import guesses the mapping: the first eight are what it takes, the rest is for people. */
const CSV_COLUMNS = [
  'sku',
  'name',
  'description',
  'category',
  'status',
  'price',
  'currency',
  'attributes',
  'id',
  'ownerId',
  'version',
  'createdAt',
  'updatedAt',
] as const;

/** Tells spreadsheets that it is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';
/** Line end of RFC 4180. */
const LINE_END = '\r\n';
const QUOTED = /[",\r\n]|^\s|\s$/;

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
};

/** What a file begins with. */
export function fileHead(format: ExportFormat): string {
  return format === 'csv' ? `${BYTE_ORDER_MARK}${CSV_COLUMNS.join(',')}${LINE_END}` : '';
}

/** The line of an item, with its end. */
export function fileLine(format: ExportFormat, copy: ItemCopy): string {
  const item = toItem(copy);
  return format === 'csv' ? `${toCells(item).map(quoteCell).join(',')}${LINE_END}` : `${JSON.stringify(item)}\n`;
}

/** As the API shows it. An item older than the messages that tell when it was created counts as created when it was last changed. */
function toItem(copy: ItemCopy): Item {
  const { id, sku, name, description, category, price, status, attributes, ownerId, version, updatedAt } = copy;
  const createdAt = copy.createdAt ?? updatedAt;
  return { id, sku, name, description, category, price, status, attributes, ownerId, version, createdAt, updatedAt };
}

function toCells(item: Item): readonly string[] {
  const { price, attributes } = item;
  const text = [item.sku, item.name, item.description ?? '', item.category ?? ''].map(escapeFormula);
  const amount = price === null ? ['', ''] : [formatPriceAmount(price), price.currency];
  // A column of its own for each attribute would need a second reading of all items, and would make text of numbers.
  const json = Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes);
  return [...text, item.status, ...amount, json, item.id, item.ownerId, String(item.version), item.createdAt, item.updatedAt];
}

function quoteCell(cell: string): string {
  return QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
