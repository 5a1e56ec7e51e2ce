import { describe, expect, it } from '@jest/globals';
import { parseFilterPattern } from './filter-pattern.ts';

const PATTERN = '{ ($.service = "*") && ($._aws NOT EXISTS) }';

describe('a filter pattern', () => {
  it.each([
    ['{"service":"catalog","status":200}', true],
    ['{"status":200}', false],
    ['{"service":"catalog","_aws":{}}', false],
    // Deeper, or in a text: not the field that is asked for.
    ['{"data":{"service":"catalog"}}', false],
    ['{"service":"catalog","msg":"\\"_aws\\""}', true],
    ['the "service" of nobody', false],
    ['{"service": broken}', false],
    ['', false],
  ])('is met by %s: %s', (line, isMet) => {
    expect(parseFilterPattern(PATTERN)(line)).toBe(isMet);
  });

  it('that is empty is met by every line', () => {
    expect(parseFilterPattern('')('anything')).toBe(true);
  });

  it.each(['ERROR', '{ $.status = 500 }', '{ $.service = "catalog" }', '{ ($.a = "*") || ($.b = "*") }', '[a, b]'])(
    '%s is refused',
    (pattern) => {
      expect(() => parseFilterPattern(pattern)).toThrow('A filter pattern cannot have');
    },
  );
});
