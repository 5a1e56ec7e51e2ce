// `npm test`: everything, cheapest first.
import { CHECKS } from './checks.ts';
import { parseCommand } from './parse-command.ts';
import { jestLevel, runSteps, type Step } from './steps.ts';

parseCommand({ name: 'npm test', usage: '', options: {} });

const faults: Step = { name: 'tests: faults', command: ['node', 'faults/src/main.ts'], counts: 'last-line' };

/** Component tests wait half of their time, for timeouts of queues and leases: four files at once keep two cores busy. */
const component = jestLevel('component', '--maxWorkers=4');

await runSteps(CHECKS, [jestLevel('infra'), jestLevel('local'), component, faults, jestLevel('journey', '--runInBand')]);
