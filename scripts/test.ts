// `npm test`: everything, cheapest first.
import { CHECKS } from './checks.ts';
import { jestLevel, runSteps } from './steps.ts';

await runSteps(CHECKS, [jestLevel('infra'), jestLevel('local'), jestLevel('component'), jestLevel('journey', '--runInBand')]);
