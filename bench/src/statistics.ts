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

/**
 * The smallest value that so large a share of all values does not exceed (nearest rank).
 * @param share 0 to 1
 * @throws Error when there is no value
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('A percentile cannot be taken: there are no values.');
  return value;
}
