import { describe, expect, it } from '@jest/globals';
import { mergeCounts } from './facets.ts';

describe('mergeCounts', () => {
  it('adds up, most items first, ties by name', () => {
    const listed = [
      { name: 'B', count: 2 },
      { name: 'A', count: 1 },
    ];
    expect(mergeCounts(listed, [{ name: 'A', count: 1 }]).categories).toEqual([
      { name: 'A', count: 2 },
      { name: 'B', count: 2 },
    ]);
  });
});
