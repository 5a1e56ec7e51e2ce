import { describe, expect, it } from '@jest/globals';
import { chooseLocale, findPreferredLanguage } from './locale.ts';

describe('findPreferredLanguage', () => {
  it.each([
    ['ja-JP,ja;q=0.9,en;q=0.8', 'ja-JP'],
    ['en;q=0.5, ja', 'ja'],
    ['*, de;q=0.1', 'de'],
    ['EN-US', 'en-US'],
    ['en;q=0', undefined],
    ['<script>', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (header, tag) => {
    expect(findPreferredLanguage(header)).toBe(tag);
  });
});

describe('chooseLocale', () => {
  it('takes the first that is a language tag', () => {
    expect(chooseLocale(undefined, '??', 'ja_JP', 'de')).toBe('ja-JP');
  });

  it('falls back to English', () => {
    expect(chooseLocale(undefined)).toBe('en');
  });
});
