import { parseArgs } from 'node:util';

export interface Options {
  /** @default all that have a schema */
  readonly services?: readonly string[] | undefined;
  readonly withDatabase: boolean;
}

/** @throws Error that names an unknown option */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: { service: { type: 'string', multiple: true }, 'no-database': { type: 'boolean' } },
  });
  return { services: values.service, withDatabase: values['no-database'] !== true };
}
