import { setTimeout as delay } from 'node:timers/promises';

/** Holds senders to a number of messages per second. */
export interface Pace {
  /** Messages that may go at once: a batch is at most this large. */
  readonly burst: number;
  /** Resolves when `count` messages may be sent. @throws AbortError */
  take(count: number, signal: AbortSignal): Promise<void>;
}

/** SQS takes at most this many in one batch. */
const BATCH_SIZE = 10;

/** @param ratePerSecond undefined: as fast as the queue takes them */
export function createPace(ratePerSecond: number | undefined, now: () => number = () => performance.now()): Pace {
  if (ratePerSecond === undefined) return { burst: BATCH_SIZE, take: async () => {} };
  let nextAt = now();
  return {
    burst: Math.max(1, Math.min(BATCH_SIZE, Math.floor(ratePerSecond))),
    take: async (count, signal) => {
      const waitMs = nextAt - now();
      if (waitMs > 0) await delay(waitMs, undefined, { signal });
      nextAt = Math.max(nextAt, now()) + (count / ratePerSecond) * 1_000;
    },
  };
}
