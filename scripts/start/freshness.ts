// Makes an output again only when what it is made from has changed: the second start spends no time on synth or Vite.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'cdk.out', 'dist', 'test', 'fixtures']);

export interface Output {
  /** Files and folders it is made from, absolute. */
  readonly inputs: readonly string[];
  /** Folder it is made into; the stamp lies in it, so removing the folder makes it again. */
  readonly folder: string;
  make(): Promise<void>;
}

/** @returns whether it had to be made. */
export async function refresh(output: Output): Promise<boolean> {
  const stamp = join(output.folder, '.inputs');
  const digest = digestOf(output.inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return false;
  await output.make();
  writeFileSync(stamp, digest);
  return true;
}

function digestOf(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(listFiles)) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function listFiles(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).filter(
    (entry) => !SKIPPED.has(entry.name) && !entry.name.endsWith('.test.ts'),
  );
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? listFiles(join(path, entry.name)) : [join(path, entry.name)]));
}
