import { describe, expect, it } from '@jest/globals';
import { median, percentile, ratiosOf } from './statistics.ts';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('lies between the two middle values of an even count', () => {
    expect(median([4, 1, 100, 2])).toBe(3);
  });

  it('is not moved by one round that went wrong', () => {
    expect(median([10, 11, 10_000])).toBe(11);
  });

  it('leaves its argument as it is', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses no values', () => {
    expect(() => median([])).toThrow('no values');
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_value, index) => 100 - index);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('takes %s of a hundred values as the %s.', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('refuses no values', () => {
    expect(() => percentile([], 0.5)).toThrow('no values');
  });
});

describe('ratiosOf', () => {
  const rounds = [
    { torii: 10, naive: 2 },
    { torii: 9, naive: 3 },
  ];

  it('divides within each round', () => {
    expect(
      ratiosOf(
        rounds,
        ({ torii }) => torii,
        ({ naive }) => naive,
      ),
    ).toEqual([5, 3]);
  });

  it.each([0, Number.NaN])('refuses a reference of %s', (reference) => {
    expect(() =>
      ratiosOf(
        rounds,
        ({ torii }) => torii,
        () => reference,
      ),
    ).toThrow('A ratio cannot be taken');
  });
});
