// Variants take turns, round after round, so that whatever else the machine does meets all of them alike.

export interface RoundsOptions {
  /** Measured rounds; one more before them warms up and is not counted. */
  readonly rounds: number;
  /** No further round begins after this time. One measured round is always taken. */
  readonly budgetMs: number;
  /** Called before each round; 0 warms up. */
  readonly onRound?: (round: number) => void;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
}

type Variants<M extends object> = { readonly [Name in keyof M]: () => Promise<M[Name]> };

/**
 * Runs every variant once per round, every second round in reverse order.
 * @returns what the variants gave, by round
 */
export async function measureRounds<M extends object>(variants: Variants<M>, options: RoundsOptions): Promise<readonly M[]> {
  const now = options.now ?? (() => performance.now());
  const startedAtMs = now();
  const measured: M[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    if (measured.length > 0 && now() - startedAtMs > options.budgetMs) break;
    options.onRound?.(round);
    const outcome = await runRound(variants, round % 2 === 1);
    if (round > 0) measured.push(outcome);
  }
  return measured;
}

async function runRound<M extends object>(variants: Variants<M>, isReversed: boolean): Promise<M> {
  const names = Object.keys(variants);
  const outcome: Record<string, unknown> = {};
  for (const name of isReversed ? names.reverse() : names) outcome[name] = await parseVariant(variants, name)();
  return parseOutcome<M>(outcome);
}

function parseVariant(variants: object, name: string): () => Promise<unknown> {
  return Reflect.get(variants, name) as () => Promise<unknown>;
}

/** Has a value for every variant: the names come from there. */
function parseOutcome<M>(outcome: unknown): M {
  return outcome as M;
}
