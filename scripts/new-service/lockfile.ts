// What `npm install` would do for a workspace that brings no new package: an entry in both lockfiles and a link. Doing it here needs no
// network, and the next start finds node_modules as the lockfile says.
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from './package-files.ts';

interface Lockfile {
  readonly packages: Readonly<Record<string, object>>;
}

/** The text of a lockfile with the workspace in it. */
export function addToLockfile(text: string, folder: string, manifest: Manifest): string {
  const lockfile = parseLockfile(text);
  const { name, version, license, dependencies, devDependencies } = manifest;
  const link = { resolved: folder, link: true };
  const packages = [`node_modules/${name}`, folder].reduce<readonly Entry[]>(
    (entries, path) => insertEntry(entries, path, path === folder ? { name, version, license, dependencies, devDependencies } : link),
    Object.entries(lockfile.packages),
  );
  return `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}

type Entry = readonly [path: string, value: object];

/** npm's order, so that its next run changes nothing. */
function insertEntry(entries: readonly Entry[], path: string, value: object): readonly Entry[] {
  const next = entries.findIndex(([other]) => other.localeCompare(path, 'en') > 0);
  return entries.toSpliced(next === -1 ? entries.length : next, 0, [path, value]);
}

function parseLockfile(text: string): Lockfile {
  return JSON.parse(text) as Lockfile;
}

/** @returns false where node_modules is not this folder's own, or not there: then npm has to do it */
export function linkWorkspace(root: string, folder: string, manifest: Manifest): boolean {
  const record = join(root, 'node_modules', '.package-lock.json');
  const link = join(root, 'node_modules', manifest.name);
  const isOwn = [join(root, 'node_modules'), dirname(link)].every((path) => existsSync(path) && !lstatSync(path).isSymbolicLink());
  if (!isOwn || !existsSync(record)) return false;
  mkdirSync(dirname(link), { recursive: true });
  if (!existsSync(link)) symlinkSync(join('..', '..', folder), link);
  writeFileSync(record, addToLockfile(readFileSync(record, 'utf8'), folder, manifest));
  return true;
}
