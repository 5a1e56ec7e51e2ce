import { join, resolve } from 'node:path';
import { parseCommand } from '../parse-command.ts';
import { ROOT } from '../steps.ts';

export interface StartOptions {
  readonly home: string;
  /** First of the platform's ports. */
  readonly portBase: number;
  /** Restart a service when its source changes. */
  readonly watch: boolean;
  /** Sign up the demo user and import the sample at the first start. */
  readonly demo: boolean;
}

const START = {
  name: 'npm start',
  usage: `[-- [--no-watch] [--no-demo]]

  --no-watch   do not restart a service when its source changes
  --no-demo    do not sign up the demo user and import the sample

  TORII_PORT   first of the platform's ports (default 8000)
  TORII_HOME   folder of its state (default .torii)`,
  options: { watch: { type: 'boolean', default: true }, demo: { type: 'boolean', default: true } },
} as const;

/** Services get ports from 20 above the base on; the last ones must still be ports. */
const HIGHEST_BASE = 65_000;

/** @throws Error that names the variable and says why */
export function parseOptions(words: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const { watch, demo } = parseCommand(START, [...words]).values;
  const port = env['TORII_PORT'] || '8000';
  const portBase = Number(port);
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > HIGHEST_BASE)
    throw new Error(`TORII_PORT cannot be ${JSON.stringify(port)}: it must be a whole number from 1024 to ${HIGHEST_BASE}`);
  return { home: readHome(env), portBase, watch, demo };
}

/** An empty variable counts as absent: the folder that a command is typed in is no home. */
export function readHome(env: NodeJS.ProcessEnv): string {
  return resolve(env['TORII_HOME'] || join(ROOT, '.torii'));
}
