// `npm test`: everything, cheapest first.
import { CHECKS } from './checks.ts';
import { jestLevel, runSteps, type Step } from './steps.ts';

const faults: Step = { name: 'tests: faults', command: ['node', 'faults/src/main.ts'], counts: 'last-line' };

await runSteps(CHECKS, [jestLevel('infra'), jestLevel('local'), jestLevel('component'), faults, jestLevel('journey', '--runInBand')]);
