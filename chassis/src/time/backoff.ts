/** Random number in [0, 1); injected so that tests know it. */
export type Random = () => number;

export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Exponential backoff with full jitter: anywhere between 0 and the exponential bound, so that what failed together does not
 * come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param attempt 1 for the first failure
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: Random = Math.random): number {
  // 2^30 is beyond any cap; more would overflow.
  const bound = Math.min(options.capMs, options.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.floor(random() * bound);
}
