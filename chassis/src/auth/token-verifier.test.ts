import { describe, expect, it } from '@jest/globals';
import { parseBearerToken } from './token-verifier.ts';

describe('parseBearerToken', () => {
  it.each([['Bearer abc.def'], ['bearer abc.def'], ['Bearer   abc.def']])('takes the token out of %s', (header) => {
    expect(parseBearerToken(header)).toBe('abc.def');
  });

  it.each([
    [undefined, 'TOKEN_MISSING'],
    ['', 'TOKEN_MISSING'],
    ['Basic abc', 'TOKEN_INVALID'],
    ['Bearer', 'TOKEN_INVALID'],
    ['Bearer a b', 'TOKEN_INVALID'],
  ])('refuses %s', (header, code) => {
    expect(() => parseBearerToken(header)).toThrow(expect.objectContaining({ code, kind: 'unauthenticated' }));
  });
});
