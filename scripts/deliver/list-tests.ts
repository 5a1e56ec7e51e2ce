// Which tests a service's release depends on: its own, and those of what it is made of.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { INFRASTRUCTURE } from '../../infra/src/tools/infrastructure.ts';
import { jestLevel, ROOT, type Step } from '../steps.ts';

const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const SCOPE = '@torii/';

/**
 * Migrations on a real MariaDB, and the component tests of the service and of the workspaces that it runs on. Of the infrastructure, what reads
 * templates and what boots them.
 */
export function listTests(service: string): readonly Step[] {
  if (service === INFRASTRUCTURE) return [jestLevel('infra'), jestLevel('local')];
  const migrates = existsSync(join(ROOT, 'services', service, 'migrations'));
  const folders = listWorkspaces(`services/${service}`);
  return [
    ...(migrates ? [{ name: 'migrations on MariaDB', command: ['node', 'scripts/migrations-check.ts', '--service', service] }] : []),
    jestLevel('component', '--testPathPatterns', folders.map((folder) => `/${folder}/`).join('|')),
  ];
}

/** The workspace, and those that it depends on, directly or not. Workspaces are named after their folder. */
function listWorkspaces(folder: string, known: readonly string[] = []): readonly string[] {
  if (known.includes(folder)) return known;
  const { dependencies } = manifest.parse(JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')));
  const needed = Object.keys(dependencies).flatMap((name) => (name.startsWith(SCOPE) ? [name.slice(SCOPE.length)] : []));
  return needed.reduce<readonly string[]>((found, name) => listWorkspaces(name, found), [...known, folder]);
}
