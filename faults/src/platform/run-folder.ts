import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that a run writes. */
export interface RunFolder {
  readonly path: string;
  /** Unless its logs are to be kept. */
  remove(): Promise<void>;
}

export async function makeRunFolder(): Promise<RunFolder> {
  const path = await mkdtemp(join(tmpdir(), 'torii-faults-'));
  const isKept = (process.env['TORII_FAULTS_KEEP'] ?? '') !== '';
  return { path, remove: () => (isKept ? Promise.resolve() : rm(path, { recursive: true, force: true })) };
}

/** Of one platform among those of a run. */
export async function makePlatformFolder(runFolder: string, number: number): Promise<string> {
  const path = join(runFolder, `platform-${number}`);
  await mkdir(path);
  return path;
}

/** Programs are compiled once a run, not once a restart. */
export function compiledFolder(runFolder: string): string {
  return join(runFolder, 'compiled');
}
