import { describe, expect, it } from '@jest/globals';
import { assertPrefix, evaluatePrefix } from './prefix.ts';

const at = new Date('2026-03-09T23:59:59.999Z');

describe('a prefix', () => {
  it.each([
    ['archive/catalog/!{timestamp:yyyy/MM/dd/HH}/', 'archive/catalog/2026/03/09/23/'],
    ['year=!{timestamp:yyyy}/day=!{timestamp:MM-dd}/', 'year=2026/day=03-09/'],
    ['events/', 'events/2026/03/09/23/'],
    ['', '2026/03/09/23/'],
  ])('%s becomes %s, in UTC', (prefix, expected) => {
    assertPrefix(prefix);
    expect(evaluatePrefix(prefix, at)).toBe(expected);
  });

  it.each(['!{firehose:random-string}/', '!{partitionKeyFromQuery:type}/', '!{timestamp:EEE}/'])('%s is refused by name', (prefix) => {
    expect(() => assertPrefix(prefix)).toThrow(`A prefix cannot have ${prefix.slice(0, -1)}`);
  });
});
