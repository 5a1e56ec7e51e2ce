// Everything that a service's release depends on and that needs no AWS: the checks with the contract gate, and the tests.
import { spawn } from 'node:child_process';
import { ROOT } from '../steps.ts';
import { writeArtifact } from './artifacts.ts';
import { DeliveryError } from './delivery-error.ts';
import type { TestSettings } from './settings.ts';

/** By way of bootstrap.mjs: only this step needs MariaDB and Redis, and the machines of the others may have no way to get them. */
const COMMAND = ['scripts/bootstrap.mjs', 'scripts/deliver-tests.ts'];

export async function deliverTest({ service }: TestSettings): Promise<void> {
  const child = spawn(process.execPath, [...COMMAND, service], { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new DeliveryError(`${service} cannot be released: its checks or tests have failed, see above.`);
  writeArtifact('tested.json', JSON.stringify({ service }));
}
