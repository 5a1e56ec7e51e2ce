import { parseArgs } from 'node:util';
import { RELEASED_FOLDER } from './check-contracts.ts';

export interface Options {
  /** Additions must have been released as well. */
  readonly mustBeReleased: boolean;
  /** What was released; another one in tests. @default contracts/released */
  readonly baseline: string;
  /** Messages to take out of the release for good. */
  readonly withdraw: readonly string[];
}

/** @throws Error that names an unknown option */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: { released: { type: 'boolean' }, baseline: { type: 'string' }, withdraw: { type: 'string', multiple: true } },
  });
  return { mustBeReleased: values.released === true, baseline: values.baseline ?? RELEASED_FOLDER, withdraw: values.withdraw ?? [] };
}
