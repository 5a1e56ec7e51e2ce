import { type BackoffOptions, backoffMs } from '../time/backoff.ts';
import { createSignal } from '../time/signal.ts';

/**
 * Slows a consumer down while what it depends on is away. Without it every message of a backlog would be received, fail and
 * count an attempt, until the queue's redrive policy takes it for poison.
 */
export interface PollPause {
  /** Resolves when polling may go on. */
  wait(): Promise<void>;
  /** A batch met a dependency that is away. */
  lengthen(): void;
  /** A batch went well. */
  end(): void;
}

export function createPollPause(options: BackoffOptions): PollPause {
  const ended = createSignal();
  let failures = 0;
  return {
    wait: async () => {
      if (failures > 0) await ended.wait(backoffMs(failures, options));
    },
    lengthen: () => {
      failures += 1;
    },
    end: () => {
      if (failures > 0) ended.notify();
      failures = 0;
    },
  };
}
