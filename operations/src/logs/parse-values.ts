// What an operator gives to a query. Every value is checked here: nothing else of the command line reaches SQL, and that as a value.
import { parseInstant } from '../cli/duration.ts';
import { UsageError } from '../cli/usage-error.ts';

/** What `--param` may be; each option is a value of that name in a query. */
interface Kind {
  readonly hint: string;
  /** The value as lines have it; undefined when it is none. */
  parse(text: string): string | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  trace: {
    hint: '32 hexadecimal digits, or as X-Ray has it: 1-5759e988-bd862e3fe1be46a994272793',
    parse: (text) => (/^(1-)?[0-9a-f]{8}-?[0-9a-f]{24}$/i.test(text) ? text.replace(/^1-/, '').replace('-', '').toLowerCase() : undefined),
  },
  user: {
    hint: "a user's pseudonym, which is a UUID: `sub` of the user pool",
    parse: (text) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined),
  },
};

/** Values that every query may ask for, from --from and --to. */
const PERIOD = ['from', 'to', 'first-hour', 'last-hour'] as const;

/**
 * Lines lie in the hour in which the *oldest* line of their file reached Firehose, which gathers for five minutes (its most is fifteen): so
 * perhaps in the hour before; and they reach Firehose after they are written: so perhaps in the hour after.
 */
const AROUND_MS = 15 * 60_000;

export interface Given {
  readonly from: string;
  readonly to: string;
  /** By name, as typed. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Names of the values that the operator gives: those of the query without its period. */
export function listOptions(parameters: readonly string[]): readonly string[] {
  return [...new Set(parameters)].filter((name) => !PERIOD.some((each) => each === name));
}

/**
 * The values of the query, in its order.
 * @throws UsageError that names the option that is missing, not taken or no such value
 */
export function parseValues(
  query: { readonly name: string; readonly parameters: readonly string[] },
  given: Given,
  nowMs: number,
): readonly string[] {
  const options = listOptions(query.parameters);
  const stray = Object.keys(given.values).find((name) => given.values[name] !== undefined && !options.includes(name));
  if (stray !== undefined)
    throw new UsageError(
      `Query ${query.name} cannot be run: it does not take --${stray}. It takes ${['from', 'to', ...options].map((name) => `--${name}`).join(' ')}.`,
    );
  const period = parsePeriod(given, nowMs);
  const values = { ...period, ...Object.fromEntries(options.map((name) => [name, parseValue(query.name, name, given.values[name])])) };
  return query.parameters.map((name) => values[name] ?? '');
}

function parseValue(query: string, name: string, text: string | undefined): string {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined)
    throw new UsageError(
      `Query ${query} cannot be run: it asks for ${name}, which this tool does not know. It may be older than the query.`,
    );
  if (text === undefined) throw new UsageError(`Query ${query} cannot be run: it needs --${name}, ${kind.hint}.`);
  const value = kind.parse(text);
  if (value === undefined) throw new UsageError(`--${name} cannot be ${JSON.stringify(text)}: it is ${kind.hint}.`);
  return value;
}

function parsePeriod({ from, to }: Given, nowMs: number): Readonly<Record<string, string>> {
  const [fromMs, toMs] = [parseInstant('from', from, nowMs), parseInstant('to', to, nowMs)];
  if (fromMs > toMs) throw new UsageError(`--from cannot be ${from} when --to is ${to}: it is later.`);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    'first-hour': hourOf(fromMs - AROUND_MS),
    'last-hour': hourOf(toMs + AROUND_MS),
  };
}

/** `YYYY/MM/DD/HH`, UTC: a folder of the lake. */
export function hourOf(instantMs: number): string {
  return new Date(Math.max(0, instantMs)).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
}
