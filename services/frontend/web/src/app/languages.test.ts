import { describe, expect, it } from '@jest/globals';
import { findLanguage } from './languages.ts';

describe('findLanguage', () => {
  it('takes the first tag whose primary part the app speaks', () => {
    expect(findLanguage(['de-DE', 'ja-JP', 'en-US'])).toBe('ja');
  });

  it('skips a tag that is absent', () => {
    expect(findLanguage([null, 'en'])).toBe('en');
  });

  it('finds nothing for languages it does not speak', () => {
    expect(findLanguage(['fr', 'de'])).toBeUndefined();
  });
});
