import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from './usage-error.ts';

/** Options of every command. */
export const TARGET_OPTIONS = {
  env: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

export const TARGET_USAGE = `  --env <name>          a stage in AWS, such as dev, staging or prod; without it: the platform on this machine (TORII_HOME, else .torii)
  --profile <name>      AWS profile; without it the SDK's own order (environment, default profile)
  --region <region>     AWS region; without it the profile's
  --json                one JSON document on standard output
  --help                this text`;

/** The values of the options, each of the type its configuration says. @throws UsageError for what the command does not take */
export function parseWords<const O extends ParseArgsOptionsConfig>(command: string, words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const takes = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${command} cannot be run: ${explain(error)}\nIt takes ${takes.join(' ')}; see --help.`, { cause: error });
  }
}

/** Node's advice on dashes and positional arguments is no help here. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('. ')[0] ?? message;
}

/** A positive number. @throws UsageError that names the option */
export function parseNumber(option: string, text: string | undefined, { least, most }: { readonly least: number; readonly most: number }) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
    throw new UsageError(`--${option} cannot be ${JSON.stringify(text)}: it is a number from ${least} to ${most}.`);
  return value;
}
