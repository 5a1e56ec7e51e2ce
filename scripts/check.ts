// `npm run check`: everything that needs no database and no browser.
import { CHECKS } from './checks.ts';
import { parseCommand } from './parse-command.ts';
import { runSteps } from './steps.ts';

parseCommand({ name: 'npm run check', usage: '', options: {} });
await runSteps(CHECKS);
