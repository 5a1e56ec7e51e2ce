// `npm run check`: everything that needs no database and no browser; under a minute.
import { CHECKS } from './checks.ts';
import { runSteps } from './steps.ts';

await runSteps(CHECKS);
