import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Ends what never comes; how long it takes on a busy machine is nothing to assert. @default 60000 */
  readonly timeoutMs?: number;
  /** What is waited for; part of the error. */
  readonly what?: string;
}

const DEFAULT_TIMEOUT_MS = 60_000;
/** Short at first, as most outcomes are there within milliseconds. */
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/**
 * Waits for an outcome: until `check` gives something other than `undefined`, `null` or `false`.
 * @returns what `check` gave
 * @throws Error after the deadline, with the last failure of `check` as its cause
 */
export async function waitFor<T>(check: () => T | Promise<T>, options: WaitOptions = {}): Promise<Exclude<T, undefined | null | false>> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      const value = await check();
      if (isOutcome(value)) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`${options.what ?? 'The outcome'} did not come within ${timeoutMs} ms`, { cause });
    await delay(pauseMs);
  }
}

function isOutcome<T>(value: T): value is Exclude<T, undefined | null | false> {
  return value !== undefined && value !== null && value !== false;
}
