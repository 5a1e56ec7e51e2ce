// Deploys all stacks of one environment as the commit makes them; those that are as they should be are passed over.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../steps.ts';
import { writeArtifact } from './artifacts.ts';
import { DeliveryError } from './delivery-error.ts';
import type { StacksSettings } from './settings.ts';

const ASSEMBLY = join(ROOT, 'infra', 'cdk.out');

export async function deployStacks({ environment }: StacksSettings): Promise<void> {
  rmSync(ASSEMBLY, { recursive: true, force: true });
  await run('synthesized', environment, ['node', 'infra/src/app.ts', '--env', environment, '--output', ASSEMBLY]);
  await run('deployed', environment, [
    'cdk',
    'deploy',
    `${environment}/*`,
    `--app=${ASSEMBLY}`,
    // Somebody has approved the pipeline's stage, or the environment needs nobody's approval; there is no terminal to ask on.
    '--require-approval=never',
    '--progress=events',
    '--ci',
    '--no-version-reporting',
    '--no-notices',
  ]);
  writeArtifact('deployed.json', JSON.stringify({ environment }));
}

/** Programs of the project come first in PATH: npm has put them there. */
async function run(what: string, environment: string, [program = '', ...words]: readonly string[]): Promise<void> {
  const child = spawn(program, words, { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  if (code !== 0) throw new DeliveryError(`The stacks of ${environment} cannot be ${what}: ${program} has failed, see above.`);
}
