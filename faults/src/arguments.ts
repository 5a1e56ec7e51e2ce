import type { parseCommand } from '../../scripts/parse-command.ts';

/** How it is typed. */
export const FAULTS = {
  name: 'npm run test:faults',
  usage: `[-- <options>]

  --only <name>               this row or canary alone; may be repeated
  --lanes <n>                 on n platforms side by side (default 2)
  --minutes <n> [--seed <n>]  a soak: faults at moments drawn from the seed
  --list                      names of rows and canaries
  without any                 the fault matrix, then the canaries`,
  options: {
    list: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    lanes: { type: 'string' },
  },
} as const;

/** As the command line has them. */
export type Values = ReturnType<typeof parseCommand<(typeof FAULTS)['options']>>['values'];

export interface Arguments {
  readonly list: boolean;
  /** Rows and canaries to run; empty: all. */
  readonly only: readonly string[];
  /** Length of a soak; undefined: the matrix. */
  readonly minutes: number | undefined;
  readonly seed: number | undefined;
  /** Platforms that the rows of the matrix are run on side by side. */
  readonly lanes: number;
}

const MAX_MINUTES = 24 * 60;
const MAX_SEED = 2 ** 32;
/** A row keeps less than one core busy: it waits for outcomes. */
const DEFAULT_LANES = '2';
const MAX_LANES = 16;

/** @throws Error that names what cannot be understood */
export function parseArguments({ list, only = [], ...values }: Values, names: readonly string[]): Arguments {
  const stranger = only.find((name) => !names.includes(name));
  if (stranger !== undefined) throw new Error(`--only ${stranger} cannot be run: there is no such row. --list names them all.`);
  const minutes = parseNumber('--minutes', values.minutes, { above: 0, most: MAX_MINUTES });
  const seed = parseNumber('--seed', values.seed, { above: -1, most: MAX_SEED - 1 });
  if (only.length > 0 && minutes !== undefined) throw new Error('--only and --minutes cannot be used together: a soak has no rows.');
  if (values.lanes !== undefined && minutes !== undefined)
    throw new Error('--lanes and --minutes cannot be used together: a soak has one platform.');
  const lanes = parseNumber('--lanes', values.lanes ?? DEFAULT_LANES, { above: 0, most: MAX_LANES }) ?? 1;
  return { list, only, minutes, seed, lanes: Math.ceil(lanes) };
}

function parseNumber(name: string, text: string | undefined, range: { readonly above: number; readonly most: number }): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value > range.above && value <= range.most))
    throw new Error(`${name} ${text} cannot be used: it must be a number above ${range.above} and at most ${range.most}.`);
  return value;
}
