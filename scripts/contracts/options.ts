import { parseCommand } from '../parse-command.ts';
import { RELEASED_FOLDER } from './check-contracts.ts';

const BASELINE = { baseline: { type: 'string', default: RELEASED_FOLDER } } as const;
const BASELINE_USAGE = '--baseline <folder>  what was released, if not contracts/released';

const CHECK = {
  name: 'npm run contracts:check',
  usage: `[-- --released]

  --released           additions must have been released as well
  ${BASELINE_USAGE}`,
  options: { ...BASELINE, released: { type: 'boolean', default: false } },
} as const;

const RELEASE = {
  name: 'npm run contracts:release',
  usage: `[-- --withdraw <type>]

  --withdraw <type>    takes a message that nothing holds any more out of the release for good; may be repeated
  ${BASELINE_USAGE}`,
  options: { ...BASELINE, withdraw: { type: 'string', multiple: true } },
} as const;

export function parseCheckOptions() {
  const { baseline, released } = parseCommand(CHECK).values;
  return { baseline, mustBeReleased: released };
}

export function parseReleaseOptions() {
  const { baseline, withdraw = [] } = parseCommand(RELEASE).values;
  return { baseline, withdraw };
}
