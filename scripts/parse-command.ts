// The words of a command of package.json. `--help` shows how it is used; what it does not take ends it with a sentence and 2, before it has done anything.
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

export interface Command<Options extends ParseArgsOptionsConfig> {
  /** As people type it: `npm run reset`. */
  readonly name: string;
  /** What follows the name: `[-- --dry-run]`; then, if there is more to say, its options line by line. */
  readonly usage: string;
  readonly options: Options;
  /** Takes words that are no options. @default false */
  readonly takesNames?: boolean;
}

/** What it was asked, or the end of the process. */
export function parseCommand<const Options extends ParseArgsOptionsConfig>(command: Command<Options>, words = process.argv.slice(2)) {
  if (words.includes('--help') || words.includes('-h')) {
    console.log(`Usage: ${command.name}${command.usage === '' ? '' : ` ${command.usage}`}`);
    process.exit(0);
  }
  try {
    return parseArgs({ args: words, options: command.options, allowPositionals: command.takesNames === true, allowNegative: true });
  } catch (error) {
    return refuseCommand(command.name, explain(error));
  }
}

/** Ends the process of a command that cannot be run as it was typed. */
export function refuseCommand(name: string, why: string): never {
  console.error(`\n${name} cannot be run: ${why}. See ${name} -- --help`);
  process.exit(2);
}

/** Without Node's advice on dashes, which is no help here. */
function explain(error: unknown): string {
  const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}
