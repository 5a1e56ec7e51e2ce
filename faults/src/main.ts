// `npm run test:faults`: the last line is `N passed, N failed`; exit code 1 when something failed; in CI, a row that was skipped has failed.
import { parseCommand } from '../../scripts/parse-command.ts';
import { FAULTS } from './arguments.ts';

const { values } = parseCommand(FAULTS);
const { runFaults } = await import('./run-faults.ts');

try {
  await runFaults(values);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
