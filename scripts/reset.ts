// `npm run reset`: forgets users, items, jobs, messages and files; downloads stay.
import { resetHome } from '@torii/local';
import { parseOptions } from './start/options.ts';

try {
  const { home } = parseOptions([], process.env);
  resetHome(home);
  console.log(`The state in ${home} is cleared.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
