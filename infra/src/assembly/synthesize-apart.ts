import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readAssembly } from './read-assembly.ts';
import type { AssemblyStack } from './template.ts';

const APP = fileURLToPath(new URL('../app.ts', import.meta.url));

/**
 * The stacks of an environment as the sources are now, in a folder of their own: what `npm start` runs stays as it is.
 * @throws Error with what synthesis said when it failed
 */
export async function synthesizeApart(environment: string): Promise<readonly AssemblyStack[]> {
  const folder = mkdtempSync(join(tmpdir(), 'torii-synth-'));
  try {
    await promisify(execFile)(process.execPath, [APP, '--env', environment, '--output', folder]);
    return readAssembly(join(folder, `assembly-${environment}`));
  } catch (error) {
    const said: unknown = Reflect.get(Object(error), 'stderr');
    throw typeof said === 'string' && said !== '' ? new Error(said.trim(), { cause: error }) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
