import { describe, expect, it } from '@jest/globals';
import { maskText } from './mask.ts';

describe('text of the console', () => {
  it.each([
    ['mail to ada.lovelace+x@example.co.uk failed', 'mail to [masked e-mail] failed'],
    ['authorization: Bearer abcdef0123456789', 'authorization: Bearer [masked token]'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'token [masked token]'],
    ['catalog.item.changed.v1 42', 'catalog.item.changed.v1 42'],
  ])('shows %s as %s', (text, shown) => {
    expect(maskText(text)).toBe(shown);
  });
});
