import type { Backends } from './backends.ts';
import type { Finding } from './finding.ts';

/** One row of the targets, or a few that share what they measure. */
export interface Benchmark {
  /** What the command line calls it. */
  readonly name: string;
  /** What it compares, in a few words; printed when it begins. */
  readonly title: string;
  run(backends: Backends, say: Say): Promise<readonly Finding[]>;
}

/** Shows progress: a run of a minute must not look like a hang. */
export type Say = (message: string) => void;
