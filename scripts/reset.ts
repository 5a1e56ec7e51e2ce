// `npm run reset`: forgets users, items, jobs, messages and files; downloads stay.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from './start/options.ts';

const { home } = parseOptions([], process.env);
const pid = readPid(join(home, 'platform.pid'));
if (pid !== undefined) {
  console.error(`The state in ${home} cannot be cleared: the platform is running as process ${pid}. Stop it first (Ctrl-C).`);
  process.exit(1);
}
for (const name of ['state', 'platform.json', 'platform.pid']) rmSync(join(home, name), { recursive: true, force: true });
console.log(`The state in ${home} is cleared.`);

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const recorded = Number(readFileSync(file, 'utf8'));
  try {
    process.kill(recorded, 0);
    return recorded;
  } catch {
    return undefined; // It ended without removing the file.
  }
}
