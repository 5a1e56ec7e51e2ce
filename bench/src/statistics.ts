// Only ratios inside one run mean anything on a shared machine, and only the middle one of several.

/** @throws Error when there is no value */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('A median cannot be taken: there are no values.');
  return (lower + upper) / 2;
}

/** One ratio per round: both values of a round were taken next to each other, under the same load of the machine. */
export function ratiosOf<M>(rounds: readonly M[], value: (round: M) => number, reference: (round: M) => number): readonly number[] {
  return rounds.map((round) => {
    const divisor = reference(round);
    if (!(divisor > 0)) throw new Error(`A ratio cannot be taken: the reference is ${divisor}.`);
    return value(round) / divisor;
  });
}
