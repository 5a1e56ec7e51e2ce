// `npm run new:service -- orders`: a service of the house's shape beside the others, with an example to put the first aggregate in place of.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { linkWorkspace } from './new-service/lockfile.ts';
import { createNames } from './new-service/names.ts';
import { parseOptions } from './new-service/options.ts';
import { planService, type Plan } from './new-service/plan.ts';
import { openRepository } from './new-service/repository.ts';
import { ROOT } from './steps.ts';

try {
  const { name, isDryRun } = parseOptions(process.argv.slice(2));
  const repository = openRepository(ROOT);
  const plan = planService(repository, createNames(name));
  if (isDryRun) showPlan(plan);
  else makeService(name, plan);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function makeService(name: string, plan: Plan): void {
  for (const { path, text } of [...plan.created, ...plan.changed]) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  const isLinked = linkWorkspace(ROOT, `services/${name}`, plan.manifest);
  run('oxfmt', ...[...plan.created, ...plan.changed].map(({ path }) => path).filter((path) => /\.(ts|json)$/.test(path)));
  // Processes of their own: the topology that this one could have loaded is the old one.
  run('node', 'scripts/contracts-release.ts');
  run('node', 'scripts/docs.ts');
  showPlan(plan);
  const steps = [
    ...(isLinked ? [] : ['npm install                  links the new workspace']),
    'npm run migrations:release   its migrations stay as they are from then on',
    `npm start                    boots it: POST and GET /v1/${name}/notes`,
    'npm test                     holds it to the same as the others',
  ];
  console.log(`\nServices now include ${name}. Next:\n\n${steps.map((step) => `  ${step}`).join('\n')}\n
Then put your own aggregate in the place of notes: docs/adding-a-domain.md.`);
}

function showPlan({ created, changed }: Plan): void {
  for (const { path } of created) console.log(`  new      ${path}`);
  for (const { path } of changed) console.log(`  changed  ${path}`);
}

function run(program: string, ...words: readonly string[]): void {
  const command = join(ROOT, 'node_modules', '.bin', program);
  const { status, error, stdout, stderr } = spawnSync(command, words, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`The service is written, but '${program} ${words[0] ?? ''}' failed: ${error?.message ?? (stderr || stdout)}`);
}
