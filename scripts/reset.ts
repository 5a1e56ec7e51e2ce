// `npm run reset`: forgets users, items, jobs, messages and files; downloads stay.
import { parseCommand } from './parse-command.ts';
import { readHome } from './start/options.ts';

const { values } = parseCommand({
  name: 'npm run reset',
  usage: `[-- --dry-run]

  --dry-run    says what would be deleted, and deletes nothing

  TORII_HOME   folder of the platform's state (default .torii)`,
  options: { 'dry-run': { type: 'boolean', default: false } },
});
const { listResets, resetHome } = await import('@torii/local');

try {
  const home = readHome(process.env);
  const paths = values['dry-run'] ? listResets(home) : resetHome(home);
  const title = values['dry-run'] ? 'Would be deleted:' : `The state in ${home} is cleared. Deleted:`;
  console.log(paths.length === 0 ? `There is no state in ${home}.` : [title, ...paths.map((path) => `  ${path}`)].join('\n'));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
