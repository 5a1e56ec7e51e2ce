/** Wakes one waiter; a notice that comes while nobody waits is kept for the next one. */
export interface Signal {
  readonly notify: () => void;
  /** Resolves at the next notice, or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void>;
}

export function createSignal(): Signal {
  let pending = false;
  let release: (() => void) | undefined;
  return {
    notify: () => {
      pending = true;
      release?.();
    },
    wait: async (timeoutMs) => {
      if (!pending) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          release = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        release = undefined;
      }
      pending = false;
    },
  };
}
