import { describe, expect, it } from '@jest/globals';
import { createLimit } from './limit.ts';

describe('a limit', () => {
  it('runs no more at once than it says, in order, and goes on after a failure', async () => {
    const limit = createLimit(2);
    const started: number[] = [];
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const runs = ends.map(({ promise }, index) =>
      limit(async () => {
        started.push(index);
        await promise;
      }).catch(() => 'failed'),
    );
    expect(started).toEqual([0, 1]);
    ends[1]?.reject(new Error('broken'));
    expect(await runs[1]).toBe('failed');
    expect(started).toEqual([0, 1, 2]);
    for (const { resolve } of ends) resolve();
    await Promise.all(runs);
    expect(started).toEqual([0, 1, 2, 3]);
  });
});
