import { describe, expect, it } from '@jest/globals';
import { rejectsHeader, rejectsLine } from './rejects-file.ts';

describe('rejects file', () => {
  it('puts row number, code and reason before the columns of the file', () => {
    expect(rejectsHeader(['sku', 'name'])).toEqual(['row', 'code', 'reason', 'sku', 'name']);
    expect(rejectsLine({ rowNumber: 3, code: 'SKU_MISSING', message: 'sku is blank', cells: ['', 'x'] })).toEqual([
      '3',
      'SKU_MISSING',
      'sku is blank',
      '',
      'x',
    ]);
  });

  it('makes formulas harmless and leaves numbers alone', () => {
    const cells = ['=HYPERLINK("http://x")', '+1+1', '@SUM(A1)', '-2+3', '\t=1', '-12.50', '+81', '1,5 %', 'plain'];
    const line = rejectsLine({ rowNumber: 1, code: 'C', message: 'm', cells });
    expect(line.slice(3)).toEqual(['\'=HYPERLINK("http://x")', "'+1+1", "'@SUM(A1)", "'-2+3", "'\t=1", '-12.50', '+81', '1,5 %', 'plain']);
  });
});
