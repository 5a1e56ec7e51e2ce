/** Numbers that look random and are the same for the same seed. */
export interface SeededRandom {
  /** 0 ≤ n < 1 */
  next(): number;
  /** from ≤ n < to, whole */
  between(from: number, to: number): number;
  pick<T>(values: readonly T[]): T;
}

/** Mulberry32: 32 bits of state are plenty for a schedule (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return {
    next,
    between,
    pick: (values) => {
      const value = values[between(0, values.length)];
      if (value === undefined) throw new Error('Nothing can be picked from nothing.');
      return value;
    },
  };
}

/** A seed of its own for each name, whatever else is run and in which order. FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
export function seedFor(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
