// A copy of this repository for commands that write into it. Its packages are links to the real ones.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../steps.ts';

/** Wherever it lies. */
const LEFT_OUT = new Set(['node_modules', 'cdk.out', 'dist', '.git', '.torii', '.nx', 'coverage']);
/** What a build hands on; there are sources in folders of that name. */
const HANDED_ON = join(ROOT, 'delivery');

/** @returns its folder, which the caller removes */
export function copyRepository(purpose: string): string {
  const copy = mkdtempSync(join(tmpdir(), `torii-${purpose}-`));
  cpSync(ROOT, copy, { recursive: true, filter: (path) => path === ROOT || (path !== HANDED_ON && !LEFT_OUT.has(basename(path))) });
  linkPackages(copy);
  return copy;
}

/** node_modules of its own, in which packages are links to the real ones, and workspaces to those of the copy. */
function linkPackages(copy: string): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(join(to, '@torii'), { recursive: true });
  for (const entry of readdirSync(from))
    if (entry !== '@torii' && entry !== '.package-lock.json') symlinkSync(join(from, entry), join(to, entry));
  for (const entry of readdirSync(join(from, '@torii'))) symlinkSync(readlinkSync(join(from, '@torii', entry)), join(to, '@torii', entry));
  cpSync(join(from, '.package-lock.json'), join(to, '.package-lock.json'));
  for (const workspace of listWorkspaces()) {
    const nested = join(ROOT, workspace, 'node_modules');
    if (existsSync(nested)) symlinkSync(nested, join(copy, workspace, 'node_modules'));
  }
}

/** Any of them may have packages of its own: those whose version another workspace has otherwise. */
function listWorkspaces(): readonly string[] {
  return ['.', 'services'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(ROOT, path, 'package.json'))),
  );
}
