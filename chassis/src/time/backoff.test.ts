import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.ts';

const options = { baseMs: 100, capMs: 1_000 };

describe('backoffMs', () => {
  it('doubles its bound up to the cap', () => {
    expect([1, 2, 3, 4, 5, 50, 5_000].map((attempt) => backoffMs(attempt, options, () => 0.999_999))).toEqual([
      99, 199, 399, 799, 999, 999, 999,
    ]);
  });

  it('may be anywhere below its bound', () => {
    expect([0, 0.5].map((random) => backoffMs(3, options, () => random))).toEqual([0, 200]);
  });
});
