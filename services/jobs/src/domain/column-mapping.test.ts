import { describe, expect, it } from '@jest/globals';
import { guessMapping, resolveMapping } from './column-mapping.ts';

describe('guessMapping', () => {
  it('knows the columns of a book list, and prefers isbn to other ids and title to original title', () => {
    const header =
      'book_id,isbn,isbn13,authors,original_publication_year,original_title,title,language_code,average_rating,image_url,ratings_1';
    expect(guessMapping(header.split(','))).toEqual({
      sku: 'isbn',
      name: 'title',
      'attributes.authors': 'authors',
      'attributes.originalTitle': 'original_title',
      'attributes.year': 'original_publication_year',
      'attributes.language': 'language_code',
      'attributes.rating': 'average_rating',
      'attributes.imageUrl': 'image_url',
    });
  });

  it('does not mind case, spaces and punctuation', () => {
    expect(guessMapping([' SKU ', 'Product Title', 'Unit-Price (USD)', 'Currency Code', 'Genre'])).toMatchObject({
      sku: ' SKU ',
      name: 'Product Title',
      'price.currency': 'Currency Code',
      category: 'Genre',
    });
  });

  it('reads Japanese headers', () => {
    expect(guessMapping(['商品コード', '商品名', '価格', 'カテゴリ', '説明', '著者'])).toEqual({
      sku: '商品コード',
      name: '商品名',
      'price.amount': '価格',
      category: 'カテゴリ',
      description: '説明',
      'attributes.authors': '著者',
    });
  });

  it('takes full-width and half-width letters for the same', () => {
    expect(guessMapping(['ＳＫＵ', 'ｶﾃｺﾞﾘ', 'ＪＡＮコード'])).toEqual({ sku: 'ＳＫＵ', category: 'ｶﾃｺﾞﾘ' });
  });

  it('uses a column once, and one price column only', () => {
    expect(guessMapping(['id', 'name', 'price', 'price_minor'])).toEqual({ sku: 'id', name: 'name', 'price.amountMinor': 'price_minor' });
  });

  it('leaves out what it cannot place', () => {
    expect(guessMapping(['foo', 'bar'])).toEqual({});
  });
});

describe('resolveMapping', () => {
  it('gives the place of each mapped column', () => {
    expect([...resolveMapping(['a', 'b'], { name: 'b', sku: ' a ' })]).toEqual([
      ['name', 1],
      ['sku', 0],
    ]);
  });

  it('names the column the header lacks, and the columns it has', () => {
    expect(() => resolveMapping(['a', 'b'], { sku: 'a', name: 'title' })).toThrow(/"title", mapped to name, is not in its header \(a, b\)/);
  });
});
