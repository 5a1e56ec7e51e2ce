import { describe, expect, it } from '@jest/globals';
import { gatherBatches } from './gather-batches.ts';

/** Runs end one by one, when they are told how. */
function createRuns() {
  const begun: (readonly string[])[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  const gathering = gatherBatches((items: readonly string[]) => {
    const end = Promise.withResolvers<string>();
    begun.push(items);
    ends.push(end);
    return end.promise;
  });
  return { gathering, begun, ends };
}

describe('gatherBatches', () => {
  it('runs together what comes while it is busy', async () => {
    const { gathering, begun, ends } = createRuns();
    expect(gathering.isBusy).toBe(false);
    const batches = [['a', 'b'], ['c'], ['d', 'e']].map((batch) => gathering.run(batch));
    expect(gathering.isBusy).toBe(true);
    expect(begun).toEqual([['a', 'b']]);
    ends[0]?.resolve('first');
    await expect(batches[0]).resolves.toEqual({ outcome: 'first', isShared: false });
    expect(begun).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    ends[1]?.resolve('second');
    const shared = { outcome: 'second', isShared: true };
    await expect(Promise.all(batches.slice(1))).resolves.toEqual([shared, shared]);
    expect(gathering.isBusy).toBe(false);
  });

  it('goes on after a failure, which is that of its own batches only', async () => {
    const { gathering, begun, ends } = createRuns();
    const [first, second] = [gathering.run(['a']), gathering.run(['b'])];
    ends[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    ends[1]?.resolve('done');
    await expect(second).resolves.toEqual({ outcome: 'done', isShared: false });
    expect(begun).toEqual([['a'], ['b']]);
  });
});
