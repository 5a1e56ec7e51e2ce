import { describe, expect, it } from '@jest/globals';
import { createRowValidator } from './import-row.ts';

const COLUMNS = ['code', 'title', 'text', 'genre', 'state', 'cost', 'money', 'by'];
const MAPPING = {
  sku: 'code',
  name: 'title',
  description: 'text',
  category: 'genre',
  status: 'state',
  'price.amount': 'cost',
  'price.currency': 'money',
  'attributes.authors': 'by',
};
const GOOD = { code: ' A-1 ', title: '東京タワー', text: '', genre: 'Books', state: 'Listed', cost: '12.50', money: 'eur', by: 'Ōe' };

function validate(change: Partial<typeof GOOD>) {
  return createRowValidator(COLUMNS, MAPPING)(Object.values({ ...GOOD, ...change }), 7);
}

describe('createRowValidator', () => {
  it('makes an item of a row, without the fields that are blank', () => {
    expect(validate({})).toMatchObject({
      accepted: true,
      row: {
        rowNumber: 7,
        sku: 'A-1',
        name: '東京タワー',
        category: 'Books',
        status: 'listed',
        price: { amountMinor: 1250, currency: 'EUR' },
        attributes: { authors: 'Ōe' },
      },
    });
    expect(validate({})).not.toHaveProperty('row.description');
  });

  it.each([
    ['a blank sku', { code: '  ' }, 'SKU_MISSING'],
    ['a blank name', { title: '' }, 'NAME_MISSING'],
    ['a long sku', { code: 'x'.repeat(65) }, 'SKU_TOO_LONG'],
    ['a long name', { title: 'x'.repeat(301) }, 'NAME_TOO_LONG'],
    ['a long description', { text: 'x'.repeat(10_001) }, 'DESCRIPTION_TOO_LONG'],
    ['a long category', { genre: 'x'.repeat(101) }, 'CATEGORY_TOO_LONG'],
    ['an unknown status', { state: 'sold' }, 'STATUS_UNKNOWN'],
    ['an unreadable price', { cost: 'cheap' }, 'PRICE_INVALID'],
    ['a price without currency', { money: '' }, 'CURRENCY_MISSING'],
    ['an unknown currency', { money: 'XYZ' }, 'CURRENCY_UNKNOWN'],
    ['large attributes', { by: 'é'.repeat(9000) }, 'ATTRIBUTES_TOO_LARGE'],
    ['a control character', { title: 'a\u0000b' }, 'CHARACTER_INVALID'],
  ])('rejects %s', (_what, change, code) => {
    expect(validate(change)).toMatchObject({ accepted: false, rowNumber: 7, reason: { code } });
  });

  it('rejects a row with more or fewer cells than the header', () => {
    const check = createRowValidator(['code', 'title'], { sku: 'code', name: 'title' });
    expect(check(['1'], 1)).toMatchObject({ reason: { code: 'COLUMN_COUNT_WRONG', message: 'the row has 1 columns, the header has 2' } });
    expect(check(['1', '2', '3'], 1)).toMatchObject({ reason: { code: 'COLUMN_COUNT_WRONG' }, cells: ['1', '2', '3'] });
  });
});
