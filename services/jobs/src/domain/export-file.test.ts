import { describe, expect, it } from '@jest/globals';
import { itemId, userId } from '@torii/contracts';
import { parse } from 'csv-parse/sync';
import { createRowValidator } from './import-row.ts';
import { guessMapping } from './column-mapping.ts';
import { fileHead, fileLine } from './export-file.ts';
import { unescapeFormula } from './formula.ts';
import type { ItemCopy } from './item-copy.ts';

const COPY: ItemCopy = {
  id: itemId.parse('0199a1b2-0000-7000-8000-000000000001'),
  sku: '=1',
  name: 'a "quoted" name, and more',
  description: 'two\rlines\nand a third\r\n.',
  category: null,
  price: { amountMinor: 5, currency: 'EUR' },
  status: 'listed',
  attributes: { pages: 12 },
  ownerId: userId.parse('0199a1b2-0000-7000-8000-000000000002'),
  version: 3,
  createdAt: null,
  updatedAt: '2026-05-01T10:00:00.123Z',
};

const readCsv = (text: string): readonly (readonly string[])[] => parse(text, { bom: true });

describe('a line of CSV', () => {
  const [columns = [], cells = []] = readCsv(fileHead('csv') + fileLine('csv', COPY));

  it('has a cell for each column, whatever its text holds', () => {
    expect(cells).toHaveLength(columns.length);
    expect(cells.slice(0, 5).map(unescapeFormula)).toEqual([COPY.sku, COPY.name, COPY.description, '', 'listed']);
    expect(cells[0]).toBe("'=1");
  });

  it('is read by an import as it was', () => {
    const read = createRowValidator(columns, { ...guessMapping(columns), sku: 'sku', name: 'name' })(cells, 1);
    expect(read).toMatchObject({
      accepted: true,
      row: {
        sku: COPY.sku,
        name: COPY.name,
        description: COPY.description,
        price: COPY.price,
        status: 'listed',
        attributes: COPY.attributes,
      },
    });
  });
});

describe('a line of NDJSON', () => {
  it('is the item; one of which nobody told when it was created counts as created when it was last changed', () => {
    expect(fileHead('ndjson')).toBe('');
    expect(JSON.parse(fileLine('ndjson', COPY))).toEqual({ ...COPY, createdAt: COPY.updatedAt });
    expect(fileLine('ndjson', COPY)).toMatch(/^[^\n]+\n$/);
  });
});
