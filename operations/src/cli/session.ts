import type { Target } from '../target/open-target.ts';
import type { Screen } from './screen.ts';

/** What a command works with. */
export interface Session {
  readonly target: Target;
  readonly screen: Screen;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
