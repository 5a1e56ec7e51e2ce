import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
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

const USAGE = `Usage: npm start [-- --no-watch] [-- --no-demo]

  --no-watch   do not restart a service when its source changes
  --no-demo    do not sign up the demo user and import the sample

  TORII_PORT   first of the platform's ports (default 8000)
  TORII_HOME   folder of its state (default .torii)`;

/** Services get ports from 20 above the base on; the last ones must still be ports. */
const HIGHEST_BASE = 65_000;

/** @throws Error that names the argument or variable, says why and shows the usage. */
export function parseOptions(words: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const { values } = parseWords(words);
  const port = env['TORII_PORT'] ?? '8000';
  const portBase = Number(port);
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > HIGHEST_BASE)
    throw new Error(`TORII_PORT cannot be ${JSON.stringify(port)}: it must be a whole number from 1024 to ${HIGHEST_BASE}\n\n${USAGE}`);
  const home = env['TORII_HOME'] === undefined ? join(ROOT, '.torii') : resolve(env['TORII_HOME']);
  return { home, portBase, watch: values.watch, demo: values.demo };
}

function parseWords(words: readonly string[]) {
  const options = { watch: { type: 'boolean', default: true }, demo: { type: 'boolean', default: true } } as const;
  try {
    return parseArgs({ args: [...words], options, allowNegative: true });
  } catch (error) {
    throw new Error(`The platform cannot start: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, { cause: error });
  }
}
