import { describe, expect, it } from '@jest/globals';
import {
  composeSearchText,
  encodeCharacterQuery,
  encodePairsQuery,
  encodeSearchTokens,
  listQueryPairs,
  normalizeSearchText,
} from './search-text.ts';

describe('normalizeSearchText', () => {
  it('folds case, compatibility forms and white space', () => {
    expect(normalizeSearchText('  ＨＡＲＲＹ\t\n Potter　①  ')).toBe('harry potter 1');
  });

  it('takes both small sigmas for one', () => {
    expect(normalizeSearchText('ΟΔΟΣ')).toBe(normalizeSearchText('οδοσ'));
  });

  it('composes what was typed decomposed', () => {
    expect(normalizeSearchText('ガイド')).toBe(normalizeSearchText('ガイド'.normalize('NFD')));
  });
});

describe('composeSearchText', () => {
  const content = { sku: 'SKU-1', name: 'Potter', description: null, category: 'Fantasy', attributes: {} };

  it('keeps fields apart, so that no match crosses from one to the next', () => {
    expect(composeSearchText(content)).toBe('potter\nsku-1\nfantasy');
  });

  it('takes texts among the attributes, but no links', () => {
    const attributes = { author: 'J. K. Rowling', cover: 'https://example.org/potter.jpg', pages: 300, tags: ['a'] };
    expect(composeSearchText({ ...content, attributes })).toBe('potter\nsku-1\nfantasy\nj. k. rowling');
  });
});

describe('encodeSearchTokens', () => {
  it('makes one token of each pair, and one of the last character with the end', () => {
    expect(encodeSearchTokens('ab')).toBe('2p_2q 2q_0');
  });

  it('names a pair once, and makes none across fields', () => {
    expect(encodeSearchTokens('aaa\nb')).toBe('2p_2p 2p_0 2q_0');
    expect(encodeSearchTokens('東a東a')).toBe('2p_0 kfl_2p 2p_kfl');
  });

  it('takes each text for itself, whatever came before', () => {
    expect(['ab', 'ab', 'b'].map(encodeSearchTokens)).toEqual(['2p_2q 2q_0', '2p_2q 2q_0', '2q_0']);
  });

  it.each(['東京', '𠮷野家', '!?', 'the who', '😀', "it's", '+-*"()<>~@'])(
    'makes %j words that the server cannot drop or split',
    (text) => {
      for (const token of encodeSearchTokens(text).split(' ')) expect(token).toMatch(/^[0-9a-z]+_[0-9a-z]+$/);
    },
  );
});

describe('listQueryPairs', () => {
  it('names each pair once', () => {
    expect(listQueryPairs('abab')).toEqual(['ab', 'ba']);
    expect(listQueryPairs('𠮷野家')).toEqual(['𠮷野', '野家']);
  });

  it('has none for a single character', () => {
    expect(listQueryPairs('𠮷')).toEqual([]);
  });

  it('bounds the pairs of a long query', () => {
    expect(listQueryPairs(Array.from({ length: 100 }, (_unused, index) => String.fromCharCode(0x4e00 + index)).join(''))).toHaveLength(32);
  });
});

describe('the expressions for the index', () => {
  it('ask for every pair', () => {
    expect(encodePairsQuery(['ab', 'bc'])).toBe('+2p_2q +2q_2r');
  });

  it('ask for all pairs that begin with a single character', () => {
    expect(encodeCharacterQuery('a')).toBe('+2p_*');
  });

  it('take operators and quotes as text', () => {
    expect(encodePairsQuery(listQueryPairs('-"a"*'))).toMatch(/^(\+[0-9a-z]+_[0-9a-z]+ ?)+$/);
  });

  it.each(['東京', 'potter', '!?', "it's"])('ask only for pairs that the text of %j has', (text) => {
    const tokens = encodeSearchTokens(`x${text}`).split(' ');
    const asked = encodePairsQuery(listQueryPairs(text)).split(' ');
    expect(tokens).toEqual(expect.arrayContaining(asked.map((word) => word.slice(1))));
  });
});
