import { describe, expect, it } from '@jest/globals';
import { createWildcardTest } from './wildcard.ts';

describe('path pattern', () => {
  it.each([
    ['/catalog/*', '/catalog/items', true],
    ['/catalog/*', '/catalog/', true],
    ['/catalog/*', '/catalog', false],
    ['/catalog/*', '/catalogue/items', false],
    ['/catalog', '/catalog', true],
    ['/catalog', '/Catalog', false],
    ['/*', '/', true],
    ['/v?/x', '/v1/x', true],
    ['/v?/x', '/v10/x', false],
    ['/a.b', '/axb', false],
    ['/a+(b)', '/a+(b)', true],
    ['*', '', true],
  ])('%s on %s is %s', (pattern, text, expected) => {
    expect(createWildcardTest(pattern)(text)).toBe(expected);
  });

  it('ignores case when told', () => {
    expect(createWildcardTest('*.EXAMPLE.com', { ignoreCase: true })('a.example.COM')).toBe(true);
  });
});
