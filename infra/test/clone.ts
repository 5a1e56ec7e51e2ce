// The repository once more, in another folder: its sources copied, its dependencies linked.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..', '..');
/** All that synthesis reads. */
const SOURCES = ['chassis', 'contracts', 'docker', 'infra', 'scripts/parse-command.ts', 'services', 'package.json', 'tsconfig.json'];
/** What commands make, and what is linked. */
const MADE = new Set(['node_modules', 'cdk.out', 'dist']);

/** Returns the folder. */
export function cloneRepository(): string {
  const clone = mkdtempSync(join(tmpdir(), 'torii-clone-of-another-length-'));
  for (const source of SOURCES)
    cpSync(join(REPOSITORY, source), join(clone, source), { recursive: true, filter: (path) => !MADE.has(basename(path)) });
  linkPackages(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'));
  for (const nested of SOURCES.map((source) => join(source, 'node_modules')))
    if (existsSync(join(REPOSITORY, nested))) symlinkSync(join(REPOSITORY, nested), join(clone, nested));
  return clone;
}

/** Packages of others are where they are; our own are the clone's. */
function linkPackages(from: string, to: string): void {
  const own = join(from, '@torii');
  mkdirSync(join(to, '@torii'), { recursive: true });
  for (const name of readdirSync(from)) if (name !== '@torii') symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(own)) symlinkSync(readlinkSync(join(own, name)), join(to, '@torii', name));
}
