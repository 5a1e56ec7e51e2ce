import { describe, expect, it } from '@jest/globals';
import { assertExpected, isKnownVersion, parseIfMatch } from './precondition.ts';

describe('parseIfMatch', () => {
  it.each([
    ['"3"', [3]],
    [' "3" , "4" ', [3, 4]],
    ['W/"3"', []],
    ['W/"3", "4"', [4]],
    ['"abc"', []],
    ['""', []],
  ])('reads %s', (header, versions) => {
    expect(parseIfMatch(header)).toEqual(versions);
  });

  it('takes * for any version', () => {
    expect(parseIfMatch('*')).toBe('any');
  });

  it.each(['3', '"3', '"3" "4"', '', '*, "3"'])('refuses %j', (header) => {
    expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ code: 'IF_MATCH_MALFORMED' }));
  });
});

describe('assertExpected', () => {
  it('refuses a change based on another version', () => {
    expect(() => assertExpected({ id: 'x', version: 3 }, [2])).toThrow(expect.objectContaining({ code: 'ITEM_VERSION_STALE' }));
  });

  it('lets a change through that is based on this version, or on any', () => {
    expect(() => assertExpected({ id: 'x', version: 3 }, [2, 3])).not.toThrow();
    expect(() => assertExpected({ id: 'x', version: 3 }, 'any')).not.toThrow();
  });
});

describe('isKnownVersion', () => {
  it.each(['"3"', 'W/"3"', '"2", "3"', '*'])('finds version 3 in %s', (header) => {
    expect(isKnownVersion(header, 3)).toBe(true);
  });

  it('does not find version 3 in another tag', () => {
    expect(isKnownVersion('"33"', 3)).toBe(false);
  });
});
