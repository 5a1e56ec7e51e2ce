import { parseArgs } from 'node:util';

export interface Arguments {
  readonly help: boolean;
  readonly list: boolean;
  /** Rows and canaries to run; empty: all. */
  readonly only: readonly string[];
  /** Length of a soak; undefined: the matrix. */
  readonly minutes: number | undefined;
  readonly seed: number | undefined;
  /** Platforms that the rows of the matrix are run on side by side. */
  readonly lanes: number;
}

export const USAGE = `npm run test:faults                                  the fault matrix, then the canaries
npm run test:faults -- --only <name> [--only <name>] these alone
npm run test:faults -- --lanes <n>                   on n platforms side by side (default 2)
npm run test:faults -- --minutes <n> [--seed <n>]    a soak: faults at moments drawn from the seed
npm run test:faults -- --list                        names of rows and canaries`;

const MAX_MINUTES = 24 * 60;
const MAX_SEED = 2 ** 32;
/** A row keeps less than one core busy: it waits for outcomes. */
const DEFAULT_LANES = '2';
const MAX_LANES = 16;

/** @throws Error that names what cannot be understood */
export function parseArguments(words: readonly string[], names: readonly string[]): Arguments {
  const { values } = parseWords(words);
  const only = values.only ?? [];
  const stranger = only.find((name) => !names.includes(name));
  if (stranger !== undefined) throw new Error(`--only ${stranger} cannot be run: there is no such row. --list names them all.`);
  const minutes = parseNumber('--minutes', values.minutes, { above: 0, most: MAX_MINUTES });
  const seed = parseNumber('--seed', values.seed, { above: -1, most: MAX_SEED - 1 });
  if (only.length > 0 && minutes !== undefined) throw new Error('--only and --minutes cannot be used together: a soak has no rows.');
  if (values.lanes !== undefined && minutes !== undefined)
    throw new Error('--lanes and --minutes cannot be used together: a soak has one platform.');
  const lanes = parseNumber('--lanes', values.lanes ?? DEFAULT_LANES, { above: 0, most: MAX_LANES }) ?? 1;
  return { help: values.help ?? false, list: values.list ?? false, only, minutes, seed, lanes: Math.ceil(lanes) };
}

function parseWords(words: readonly string[]): ReturnType<typeof parseKnown> {
  try {
    return parseKnown(words);
  } catch (error) {
    throw new Error(`The command line cannot be understood: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parseKnown(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    options: {
      help: { type: 'boolean', short: 'h' },
      list: { type: 'boolean' },
      only: { type: 'string', multiple: true },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      lanes: { type: 'string' },
    },
  });
}

function parseNumber(name: string, text: string | undefined, range: { readonly above: number; readonly most: number }): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value > range.above && value <= range.most))
    throw new Error(`${name} ${text} cannot be used: it must be a number above ${range.above} and at most ${range.most}.`);
  return value;
}
