// The repository as tests about it see it: its files, without what is made, fetched or installed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** Made, fetched or installed: nobody wrote it. */
const SKIPPED_FOLDERS = new Set(['node_modules', 'cdk.out', 'dist', '.git', '.torii', '.nx', 'coverage']);

/** Paths of all files below `folder`, from the repository's root, with forward slashes. */
export function listFiles(folder = '.'): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Names of the folders directly below `folder`. */
export function listFolders(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)).map(({ name }) => name);
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** TypeScript that runs in production or builds it: no tests and no fixtures. */
export function listSources(...folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) => listFiles(folder))
    .filter((path) => /(?<!\.test)\.tsx?$/.test(path) && !/\/(test|fixtures)\//.test(path));
}
