import type { Load, LoadOptions } from '../load/load.ts';
import type { Platform } from '../platform/platform.ts';
import type { SeededRandom } from '../random.ts';

/** What a row works with. */
export interface Stage {
  readonly platform: Platform;
  readonly load: Load;
  readonly random: SeededRandom;
}

/** One fault, and what must hold afterwards beside the invariants that always must. */
export interface Row {
  readonly name: string;
  /** What happens. */
  readonly fault: string;
  /** What must hold. */
  readonly invariant: string;
  readonly load?: (platform: Platform) => Partial<LoadOptions>;
  /** Dead letters the row means to make. @default none */
  readonly deadLetters?: number;
  /** Names of items whose messages the ledger refuses: a regular expression. */
  readonly poison?: string;
  /** Columns of the projection that this row's messages do not tell exactly. */
  readonly untold?: readonly string[];
  /** How long nothing may move before what is left counts as stuck. @default 30000 */
  readonly standstillMs?: number;
  /** Why the row cannot be run on this machine, or undefined. */
  readonly findObstacle?: (platform: Platform) => string | undefined;
  /** Under load. @returns what is worth a word in the matrix */
  run(stage: Stage): Promise<string | void>;
  /** When everything is drained. @throws Error when something that the row is about does not hold */
  verify?(stage: Stage): Promise<void>;
}

/** Enough that the fault meets work under way, before it and after it. */
export const SOME_WRITES = 25;

export function assertTrue(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
