import { median } from './statistics.ts';

export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** What one comparison of a run showed. */
export interface Finding {
  readonly path: string;
  readonly reference: string;
  /** One per round. */
  readonly ratios: readonly number[];
  /** Undefined: shown for information. */
  readonly target?: Target;
  /** Absolute figures and circumstances; they mean something on this machine only. */
  readonly note: string;
}

/** `unjudged` when there is no target. */
export function judge({ ratios, target }: Finding): 'met' | 'missed' | 'unjudged' {
  if (target === undefined) return 'unjudged';
  const ratio = median(ratios);
  return ('atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost) ? 'met' : 'missed';
}
