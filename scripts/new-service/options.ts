import { parseArgs } from 'node:util';

export interface NewServiceOptions {
  readonly name: string;
  /** Says what would be written, and writes nothing. */
  readonly isDryRun: boolean;
}

const USAGE = `Usage: npm run new:service -- <name> [--dry-run]

  <name>     lower-case words with hyphens between them: orders, order-history
  --dry-run  prints what would be written`;

/** Schema and user of the database are named after the service: MariaDB's users take 32 characters, and tests add a few of their own. */
const MAX_NAME_CHARACTERS = 24;

/** @throws Error that says what is wrong and shows the usage */
export function parseOptions(words: readonly string[]): NewServiceOptions {
  const { values, positionals } = parseWords(words);
  const [name, ...others] = positionals;
  if (name === undefined) throw refuse('it has no name');
  if (others.length > 0) throw refuse(`one name is enough, and '${others.join(' ')}' is more`);
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) throw refuse(`'${name}' is not made of lower-case letters, with single hyphens between words`);
  if (name.length > MAX_NAME_CHARACTERS) throw refuse(`'${name}' is longer than ${MAX_NAME_CHARACTERS} characters`);
  return { name, isDryRun: values['dry-run'] };
}

function parseWords(words: readonly string[]) {
  const options = { 'dry-run': { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(reason: string): Error {
  return new Error(`The service cannot be made: ${reason}.\n\n${USAGE}`);
}
