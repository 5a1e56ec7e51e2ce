import { type BackoffOptions, type Random, backoffMs } from '../time/backoff.ts';

/**
 * Slows a consumer down while what it depends on is away. Without it every message of a backlog would be received, fail and
 * count an attempt, until the queue's redrive policy takes it for poison.
 */
export interface PollPause {
  /** Resolves when polling may go on. Any number of pollers may wait. */
  wait(): Promise<void>;
  /** A batch met a dependency that is away. */
  lengthen(): void;
  /** A batch went well, or the consumer is to stop: everybody goes on. */
  end(): void;
}

export function createPollPause(options: BackoffOptions, random?: Random): PollPause {
  const waiting = new Set<() => void>();
  let failures = 0;
  return {
    wait: async () => {
      if (failures === 0) return;
      await new Promise<void>((resolve) => {
        const goOn = () => {
          clearTimeout(timer);
          waiting.delete(goOn);
          resolve();
        };
        const timer = setTimeout(goOn, backoffMs(failures, options, random));
        waiting.add(goOn);
      });
    },
    lengthen: () => {
      failures += 1;
    },
    end: () => {
      failures = 0;
      for (const goOn of waiting) goOn();
    },
  };
}
