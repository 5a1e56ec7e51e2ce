import { parseCommand } from '../parse-command.ts';

export interface NewServiceOptions {
  readonly name: string;
  /** Says what would be written, and writes nothing. */
  readonly isDryRun: boolean;
}

const NEW_SERVICE = {
  name: 'npm run new:service',
  usage: `-- <name> [--dry-run]

  <name>     lower-case words with hyphens between them: orders, order-history
  --dry-run  prints what would be written`,
  options: { 'dry-run': { type: 'boolean', default: false } },
  takesNames: true,
} as const;

/** Schema and user of the database are named after the service: MariaDB's users take 32 characters, and tests add a few of their own. */
const MAX_NAME_CHARACTERS = 24;

/** @throws Error that says what is wrong and shows the usage */
export function parseOptions(words: readonly string[]): NewServiceOptions {
  const { values, positionals } = parseCommand(NEW_SERVICE, [...words]);
  const [name, ...others] = positionals;
  if (name === undefined) throw refuse('it has no name');
  if (others.length > 0) throw refuse(`one name is enough, and '${others.join(' ')}' is more`);
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) throw refuse(`'${name}' is not made of lower-case letters, with single hyphens between words`);
  if (name.length > MAX_NAME_CHARACTERS) throw refuse(`'${name}' is longer than ${MAX_NAME_CHARACTERS} characters`);
  return { name, isDryRun: values['dry-run'] };
}

function refuse(reason: string): Error {
  return new Error(`The service cannot be made: ${reason}.\n\nUsage: ${NEW_SERVICE.name} ${NEW_SERVICE.usage}`);
}
