import type { z } from 'zod';
import {
  attributes,
  type ColumnMapping,
  type ImportRow,
  isPlainText,
  itemDraft,
  itemStatus,
  type ItemStatus,
  normalizeSku,
  type Price,
  type Reason,
} from '@torii/contracts';
import { resolveMapping, type MappedColumns } from './column-mapping.ts';
import { unescapeFormula } from './formula.ts';
import { currencyOfColumn, isPriceFault, parsePriceAmount, parsePriceMinor, type PriceFault } from './price.ts';

// The contract of an item sets the limits, so that catalog takes every row that passes here.
const SKU_MAX = limitOf(itemDraft.shape.sku.maxLength);
const NAME_MAX = limitOf(itemDraft.shape.name.maxLength);
const DESCRIPTION_MAX = limitOf(itemDraft.shape.description.unwrap().unwrap().maxLength);
const CATEGORY_MAX = limitOf(itemDraft.shape.category.unwrap().unwrap().maxLength);
/** As `itemDraft.attributes`, in bytes of JSON. */
const ATTRIBUTES_MAX_BYTES = 16 * 1024;
const ATTRIBUTE_PREFIX = 'attributes.';
type Attributes = z.infer<typeof attributes>;

export interface AcceptedRow {
  readonly accepted: true;
  readonly row: ImportRow;
  readonly cells: readonly string[];
}

export interface RejectedRow {
  readonly accepted: false;
  readonly rowNumber: number;
  readonly reason: Reason;
  /** The row as it stands in the file. */
  readonly cells: readonly string[];
}

export type ValidatedRow = AcceptedRow | RejectedRow;
export type ValidateRow = (cells: readonly string[], rowNumber: number) => ValidatedRow;

/** Leaves a row through the side door of the function that reads it. */
class RowFault extends Error {
  readonly reason: Reason;
  constructor(code: string, message: string) {
    super(message);
    this.reason = { code, message };
  }
}

/**
 * Makes the function that turns the cells of a row into an item's fields, or says why it cannot. A blank cell leaves the
 * item's field as it is.
 * @throws COLUMN_MISSING when the header lacks a mapped column
 */
export function createRowValidator(columns: readonly string[], mapping: ColumnMapping): ValidateRow {
  const mapped = resolveMapping(columns, mapping);
  const priceColumn = columns[mapped.get('price.amount') ?? mapped.get('price.amountMinor') ?? -1];
  const fallbackCurrency = priceColumn === undefined ? undefined : currencyOfColumn(priceColumn);
  return (cells, rowNumber) => {
    try {
      if (cells.length !== columns.length) throw wrongColumnCount(cells.length, columns.length);
      return { accepted: true, row: readRow(cells, rowNumber, mapped, fallbackCurrency), cells };
    } catch (error) {
      if (error instanceof RowFault) return { accepted: false, rowNumber, reason: error.reason, cells };
      throw error;
    }
  };
}

function readRow(cells: readonly string[], rowNumber: number, mapped: MappedColumns, fallbackCurrency: string | undefined): ImportRow {
  const cellOf = (target: string) => readCell(cells, mapped, target);
  const sku = readSku(cellOf('sku'));
  if (sku === undefined) throw new RowFault('SKU_MISSING', 'sku is blank');
  const name = readText(cellOf('name'), 'name', NAME_MAX);
  if (name === undefined) throw new RowFault('NAME_MISSING', 'name is blank');
  const description = readText(cellOf('description'), 'description', DESCRIPTION_MAX);
  const category = readText(cellOf('category'), 'category', CATEGORY_MAX);
  const status = readStatus(cellOf('status'));
  const price = readPrice(cellOf, fallbackCurrency);
  const read = readAttributes(cells, mapped);
  return {
    rowNumber,
    sku,
    name,
    ...(description === undefined ? {} : { description }),
    ...(category === undefined ? {} : { category }),
    ...(status === undefined ? {} : { status }),
    ...(price === undefined ? {} : { price }),
    ...(read === undefined ? {} : { attributes: read }),
  };
}

/** The trimmed text of a mapped cell; undefined when it is blank or not mapped. */
function readCell(cells: readonly string[], mapped: MappedColumns, target: string): string | undefined {
  const index = mapped.get(target);
  const text = index === undefined ? '' : (cells[index] ?? '').trim();
  if (text === '') return undefined;
  if (!isPlainText(text)) throw new RowFault('CHARACTER_INVALID', `${target} has a control character`);
  return unescapeFormula(text);
}

function readText(text: string | undefined, field: string, limit: number): string | undefined {
  if (text !== undefined && text.length > limit)
    throw new RowFault(`${field.toUpperCase()}_TOO_LONG`, `${field} has ${text.length} characters, at most ${limit} are taken`);
  return text;
}

function readSku(text: string | undefined): string | undefined {
  return readText(text === undefined ? undefined : normalizeSku(text), 'sku', SKU_MAX);
}

function readStatus(text: string | undefined): ItemStatus | undefined {
  if (text === undefined) return undefined;
  const status = itemStatus.safeParse(text.toLowerCase());
  if (status.success) return status.data;
  throw new RowFault('STATUS_UNKNOWN', `status "${text.slice(0, 40)}" is none of ${itemStatus.options.join(', ')}`);
}

function readPrice(cellOf: (target: string) => string | undefined, fallbackCurrency: string | undefined): Price | undefined {
  const amount = cellOf('price.amount');
  const amountMinor = cellOf('price.amountMinor');
  const currency = cellOf('price.currency');
  if (amountMinor !== undefined) return assertPrice(parsePriceMinor(amountMinor, currency, fallbackCurrency));
  if (amount !== undefined) return assertPrice(parsePriceAmount(amount, currency, fallbackCurrency));
  return undefined;
}

function assertPrice(price: Price | PriceFault): Price {
  if (isPriceFault(price)) throw new RowFault(price.code, price.message);
  return price;
}

/** All attributes as one JSON object, as exports write them, and single ones, which win. */
function readAttributes(cells: readonly string[], mapped: MappedColumns): Attributes | undefined {
  const whole = readCell(cells, mapped, 'attributes');
  const read: Attributes = whole === undefined ? {} : parseAttributes(whole);
  for (const target of mapped.keys()) {
    if (!target.startsWith(ATTRIBUTE_PREFIX)) continue;
    const text = readCell(cells, mapped, target);
    if (text !== undefined) read[target.slice(ATTRIBUTE_PREFIX.length)] = text;
  }
  if (Object.keys(read).length === 0) return undefined;
  const sizeBytes = Buffer.byteLength(JSON.stringify(read));
  if (sizeBytes > ATTRIBUTES_MAX_BYTES)
    throw new RowFault('ATTRIBUTES_TOO_LARGE', `attributes take ${sizeBytes} bytes as JSON, at most ${ATTRIBUTES_MAX_BYTES} are taken`);
  return read;
}

function parseAttributes(text: string): Attributes {
  try {
    return attributes.parse(JSON.parse(text));
  } catch {
    throw new RowFault('ATTRIBUTES_INVALID', 'attributes is no JSON object such as {"colour":"red"}');
  }
}

function wrongColumnCount(count: number, expected: number): RowFault {
  return new RowFault('COLUMN_COUNT_WRONG', `the row has ${count} columns, the header has ${expected}`);
}

/** The reason of a row whose sku an earlier row of the same file has. */
export function skuRepeated(sku: string, firstRowNumber: number): Reason {
  return { code: 'SKU_REPEATED', message: `sku "${sku}" is already in row ${firstRowNumber}` };
}

function limitOf(maxLength: number | null): number {
  if (maxLength === null) throw new Error('The limits of imported rows cannot be read: the contract of an item has none.');
  return maxLength;
}
