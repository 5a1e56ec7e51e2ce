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
 * The stacks of an environment, or of another stage, as the sources are now, in a folder of their own: what `npm start` runs stays as it is.
 * @throws Error with what synthesis said when it failed
 */
export async function synthesizeApart(name: string, option: '--env' | '--stage' = '--env'): Promise<readonly AssemblyStack[]> {
  return inFolder([option, name], (folder) => readAssembly(join(folder, `assembly-${name}`)));
}

/**
 * The stacks of several stages, by stage, from one synthesis of everything.
 * @throws Error with what synthesis said when it failed
 */
export async function synthesizeStagesApart(names: readonly string[]): Promise<ReadonlyMap<string, readonly AssemblyStack[]>> {
  return inFolder([], (folder) => new Map(names.map((name) => [name, readAssembly(join(folder, `assembly-${name}`))])));
}

async function inFolder<T>(words: readonly string[], read: (folder: string) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'torii-synth-'));
  try {
    await promisify(execFile)(process.execPath, [APP, ...words, '--output', folder]);
    return read(folder);
  } catch (error) {
    const said: unknown = Reflect.get(Object(error), 'stderr');
    throw typeof said === 'string' && said !== '' ? new Error(said.trim(), { cause: error }) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
