import { backoffMs } from '../time/backoff.ts';

/** What is left alone for a while after it failed: longer each time, at random. */
export interface Pauses {
  /** Those that are paused now. */
  current(): readonly string[];
  /** @returns failures in a row, this one included */
  pause(name: string): number;
  /** It went well. */
  clear(name: string): void;
}

const BACKOFF = { baseMs: 500, capMs: 10_000 };

export function createPauses(): Pauses {
  const pauses = new Map<string, { readonly failures: number; readonly untilMs: number }>();
  return {
    current: () => [...pauses].filter(([, { untilMs }]) => untilMs > performance.now()).map(([name]) => name),
    pause: (name) => {
      const failures = (pauses.get(name)?.failures ?? 0) + 1;
      pauses.set(name, { failures, untilMs: performance.now() + backoffMs(failures, BACKOFF) });
      return failures;
    },
    clear: (name) => void pauses.delete(name),
  };
}
