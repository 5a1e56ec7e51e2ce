import { describe, expect, it } from '@jest/globals';
import { addUnusedColumns, decideMapping, findUnusedColumns, isComplete, presentMapping } from './import-mapping.ts';

const guess = { sku: 'isbn', name: 'title', 'attributes.authors': 'authors' };

describe('presentMapping', () => {
  it('gives back the guess when nothing is changed', () => {
    expect(decideMapping(presentMapping(guess))).toEqual(guess);
  });

  it('keeps the column of all attributes that an exported file has', () => {
    const exported = { sku: 'sku', name: 'name', attributes: 'attributes' };
    expect(decideMapping(presentMapping(exported))).toEqual(exported);
    expect(findUnusedColumns(presentMapping(exported), ['sku', 'name', 'attributes', 'id'])).toEqual(['id']);
  });
});

describe('decideMapping', () => {
  it('leaves out an attribute without a name or a column', () => {
    const attributes = [
      { key: '1', name: ' ', column: 'year' },
      { key: '2', name: 'year', column: null },
    ];
    expect(decideMapping({ fields: { sku: 'a' }, attributesColumn: null, attributes })).toEqual({ sku: 'a' });
  });
});

describe('isComplete', () => {
  it('asks for sku and name', () => {
    expect(isComplete(presentMapping(guess))).toBe(true);
    expect(isComplete(presentMapping({ sku: 'isbn' }))).toBe(false);
  });
});

describe('addUnusedColumns', () => {
  it('makes an attribute of every column nothing reads', () => {
    const columns = ['isbn', 'title', 'authors', 'year'];
    const form = addUnusedColumns(presentMapping(guess), columns);
    expect(decideMapping(form)).toEqual({ ...guess, 'attributes.year': 'year' });
    expect(findUnusedColumns(form, columns)).toEqual([]);
  });
});
