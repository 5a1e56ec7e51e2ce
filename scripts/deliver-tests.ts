// Started by `npm run deliver -- test` once MariaDB and Redis are there: the checks and the tests of one service.
import { CHECKS } from './checks.ts';
import { listTests } from './deliver/list-tests.ts';
import { runSteps } from './steps.ts';

await runSteps(CHECKS, listTests(process.argv[2] ?? ''));
