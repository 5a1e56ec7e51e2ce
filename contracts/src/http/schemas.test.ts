import { describe, expect, it } from '@jest/globals';
import { itemDraft, itemPatch, itemQuery } from './catalog.ts';
import { profilePatch } from './identity.ts';
import { columnMapping, jobRequest, uploadRequest, UPLOAD_MAX_BYTES } from './jobs.ts';

describe('itemDraft', () => {
  it('fills in what may be left out', () => {
    expect(itemDraft.parse({ sku: ' a ', name: 'b' })).toEqual({
      sku: 'a',
      name: 'b',
      description: null,
      category: null,
      price: null,
      status: 'draft',
      attributes: {},
    });
  });

  it.each([
    ['a blank sku', { sku: '  ', name: 'b' }],
    ['a fraction of a cent', { sku: 'a', name: 'b', price: { amountMinor: 0.5, currency: 'EUR' } }],
    ['a negative price', { sku: 'a', name: 'b', price: { amountMinor: -1, currency: 'EUR' } }],
    ['a currency in small letters', { sku: 'a', name: 'b', price: { amountMinor: 1, currency: 'eur' } }],
    ['an unknown field', { sku: 'a', name: 'b', colour: 'red' }],
    ['a control character', { sku: 'a\u0000', name: 'b' }],
    ['half a character', { sku: 'a', name: 'b\ud800' }],
    ['attributes nested without end', { sku: 'a', name: 'b', attributes: { x: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) } }],
    ['attributes of more than 16 KiB', { sku: 'a', name: 'b', attributes: { x: 'ü'.repeat(8_200) } }],
  ])('refuses %s', (_name, draft) => {
    expect(itemDraft.safeParse(draft).success).toBe(false);
  });
});

describe('sku', () => {
  it('is the same however its accents were typed', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'].map((sku) => itemDraft.parse({ sku, name: 'b' }).sku);
    expect(decomposed).toBe(composed);
  });
});

describe('text', () => {
  it('takes any script, line ends and tabs', () => {
    const text = 'עברית 東京\t👩‍👩‍👧‍👦\nline';
    expect(itemDraft.parse({ sku: 'a', name: text }).name).toBe(text);
  });
});

describe('patches', () => {
  it('are refused when they change nothing', () => {
    expect(itemPatch.safeParse({}).success).toBe(false);
    expect(profilePatch.safeParse({}).success).toBe(false);
  });
});

describe('itemQuery', () => {
  it('reads the limit from text and has one of its own', () => {
    expect(itemQuery.parse({ limit: '5' }).limit).toBe(5);
    expect(itemQuery.parse({}).limit).toBe(20);
    expect(itemQuery.safeParse({ limit: '101' }).success).toBe(false);
  });
});

describe('columnMapping', () => {
  it('takes fields, prices and attributes of any name', () => {
    const mapping = {
      sku: 'isbn',
      name: 'title',
      'attributes.authors': 'authors',
      'attributes.出版社': 'publisher',
      'price.amount': 'cost',
    };
    expect(columnMapping.parse(mapping)).toEqual(mapping);
  });

  it.each([
    ['no column of the name', { sku: 'isbn' }],
    ['a target that is no field', { sku: 'isbn', name: 'title', ownerId: 'owner' }],
    [
      'more targets than a file has columns',
      { sku: 'a', name: 'b', ...Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`attributes.${index}`, 'c'])) },
    ],
    ['an attribute without a name', { sku: 'isbn', name: 'title', 'attributes.': 'x' }],
  ])('refuses %s', (_name, mapping) => {
    expect(columnMapping.safeParse(mapping).success).toBe(false);
  });
});

describe('jobRequest', () => {
  it('refuses a type nobody runs', () => {
    expect(jobRequest.safeParse({ type: 'make-coffee', input: {} }).success).toBe(false);
  });
});

describe('uploadRequest', () => {
  it('refuses a file over the limit', () => {
    expect(uploadRequest.safeParse({ fileName: 'a.csv', contentType: 'text/csv', sizeBytes: UPLOAD_MAX_BYTES + 1 }).success).toBe(false);
  });

  it('refuses a type that no header can carry', () => {
    for (const contentType of ['text/csv\r\nx-evil: 1', 'tëxt/csv'])
      expect(uploadRequest.safeParse({ fileName: 'a.csv', contentType, sizeBytes: 1 }).success).toBe(false);
  });
});
