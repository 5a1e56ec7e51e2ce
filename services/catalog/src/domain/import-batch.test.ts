import { describe, expect, it } from '@jest/globals';
import { type ImportRow, itemId, userId } from '@torii/contracts';
import { decideImportBatch, type ImportDecision } from './import-batch.ts';
import type { CatalogItem } from './item.ts';

const OWNER = userId.parse('0193a7d0-0000-7000-8000-000000000001');
const NOW = new Date('2026-05-01T10:00:00.000Z');
const PRICE = { amountMinor: 1200, currency: 'EUR' };

function decide(rows: readonly Omit<ImportRow, 'rowNumber'>[], existing: readonly CatalogItem[] = []): ImportDecision {
  let made = 0;
  return decideImportBatch(
    rows.map((row, index) => ({ rowNumber: index + 1, ...row })),
    {
      ownerId: OWNER,
      now: NOW,
      createItemId: () => itemId.parse(`0193a7d0-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`),
      existing: new Map(existing.map((item) => [item.sku, item])),
    },
  );
}

function createdFrom(row: Omit<ImportRow, 'rowNumber'>): CatalogItem {
  const [item] = decide([row]).created;
  if (item === undefined) throw new Error('The row was not taken.');
  return item;
}

describe('decideImportBatch', () => {
  it('creates drafts of rows whose sku is new', () => {
    const { created } = decide([{ sku: ' A ', name: 'Lamp', attributes: { author: 'X' } }]);
    expect(created).toEqual([
      expect.objectContaining({ sku: 'A', name: 'Lamp', status: 'draft', version: 1, attributes: { author: 'X' } }),
    ]);
  });

  it('leaves an item as it is when the row says nothing new', () => {
    const row = { sku: 'A', name: 'Lamp', price: PRICE, attributes: { author: 'X' } };
    expect(decide([row], [createdFrom(row)])).toEqual({ created: [], changed: [], unchanged: 1, rejected: [] });
  });

  it('keeps fields and attributes that the row lacks', () => {
    const item = createdFrom({ sku: 'A', name: 'Lamp', description: 'Bright', attributes: { author: 'X', year: '1999' } });
    const { changed } = decide([{ sku: 'A', name: 'Lamp', attributes: { year: '2000' } }], [item]);
    expect(changed[0]?.changedFields).toEqual(['attributes']);
    expect(changed[0]?.after).toMatchObject({ description: 'Bright', attributes: { author: 'X', year: '2000' }, version: 2 });
  });

  it('rejects a row that would list an item without price, and takes its neighbours', () => {
    const decision = decide([
      { sku: 'A', name: 'Lamp', status: 'listed' },
      { sku: 'B', name: 'Chair', status: 'listed', price: PRICE },
    ]);
    expect(decision.rejected).toEqual([{ rowNumber: 1, code: 'ITEM_WITHOUT_PRICE', message: 'Item A cannot be listed: it has no price.' }]);
    expect(decision.created).toHaveLength(1);
  });

  it('rejects what is longer than an item may be, and says which field', () => {
    const { rejected } = decide([{ sku: 'A', name: 'x'.repeat(301) }]);
    expect(rejected).toEqual([{ rowNumber: 1, code: 'ITEM_INVALID', message: expect.stringContaining('Row 1 cannot be taken: name: ') }]);
  });

  it('rejects the second row of a sku', () => {
    const { created, rejected } = decide([
      { sku: 'A', name: 'Lamp' },
      { sku: 'A ', name: 'Chair' },
    ]);
    expect(created).toHaveLength(1);
    expect(rejected).toEqual([expect.objectContaining({ rowNumber: 2, code: 'SKU_REPEATED' })]);
  });
});
