import { describe, expect, it } from '@jest/globals';
import { measureRounds } from './rounds.ts';

/** Variants that write down when they run; each run takes ten of the clock's milliseconds. */
function createVariants() {
  const runs: string[] = [];
  let nowMs = 0;
  const variant = (name: string) => async () => {
    runs.push(name);
    nowMs += 10;
    return runs.length;
  };
  return { runs, now: () => nowMs, variants: { a: variant('a'), b: variant('b') } };
}

describe('measureRounds', () => {
  it('lets variants take turns, every second round in reverse', async () => {
    const { runs, variants } = createVariants();
    await measureRounds(variants, { rounds: 2, budgetMs: 1000 });
    expect(runs).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  });

  it('does not count the first round', async () => {
    const { variants } = createVariants();
    expect(await measureRounds(variants, { rounds: 2, budgetMs: 1000 })).toEqual([
      { b: 3, a: 4 },
      { a: 5, b: 6 },
    ]);
  });

  it('begins no round after its time, but takes at least one', async () => {
    const late = createVariants();
    expect(await measureRounds(late.variants, { rounds: 9, budgetMs: 50, now: late.now })).toHaveLength(2);
    const tooLate = createVariants();
    expect(await measureRounds(tooLate.variants, { rounds: 9, budgetMs: 0, now: tooLate.now })).toHaveLength(1);
  });

  it('announces every round', async () => {
    const rounds: number[] = [];
    const { variants } = createVariants();
    await measureRounds(variants, { rounds: 2, budgetMs: 1000, onRound: (round) => rounds.push(round) });
    expect(rounds).toEqual([0, 1, 2]);
  });
});
