import { describe, expect, it } from '@jest/globals';
import { drawBar, drawTable } from './progress.ts';

describe('drawBar', () => {
  it.each([
    [0, 10, '[························]   0 %'],
    [5, 10, '[############············]  50 %'],
    [12, 10, '[########################] 100 %'],
    [7, null, '7'],
  ])('draws %p of %p', (done, total, drawn) => {
    expect(drawBar(done, total)).toBe(drawn);
  });
});

describe('drawTable', () => {
  it('aligns the values', () => {
    expect(
      drawTable([
        ['Web', 'a'],
        ['Console', 'b'],
      ]),
    ).toBe('  Web      a\n  Console  b');
  });
});
