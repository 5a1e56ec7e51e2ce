import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryError } from '../deliver/delivery-error.ts';
import { assertExpanded } from './assert-expanded.ts';

const EXPANSION = { name: '0002-add-notes' };
const CONTRACTION = { name: '0003-drop-remarks', contraction: { expandedIn: EXPANSION.name, because: 'notes are read instead' } };
const MIGRATIONS = [{ name: '0001-create-orders' }, EXPANSION, CONTRACTION];

let root: string;
/** After each migration. */
let commits: readonly string[];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'torii-expanded-'));
  const folder = join(root, 'services', 'shop', 'migrations');
  mkdirSync(folder, { recursive: true });
  git('init', '--quiet');
  commits = MIGRATIONS.map(({ name }) => {
    writeFileSync(join(folder, `${name}.ts`), '');
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@example.com', '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', name);
    return git('rev-parse', 'HEAD');
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function git(...words: readonly string[]): string {
  return spawnSync('git', words, { cwd: root, encoding: 'utf8' }).stdout.trim();
}

describe('a contraction', () => {
  it('may run where the version that runs has its expansion, and again where it has run', () => {
    for (const running of [commits[1], commits[2]]) expect(() => assertExpanded('shop', MIGRATIONS, running, root)).not.toThrow();
  });

  it('may not run where the version that runs is older than its expansion, and says so', () => {
    const run = (): void => assertExpanded('shop', MIGRATIONS, commits[0], root);
    expect(run).toThrow(DeliveryError);
    expect(run).toThrow('0003-drop-remarks may run once a version with 0002-add-notes has been released here');
  });

  it('may run where nothing runs yet', () => {
    expect(() => assertExpanded('shop', MIGRATIONS, undefined, root)).not.toThrow();
  });

  it('may not run when nobody can say what runs was made of', () => {
    expect(() => assertExpanded('shop', MIGRATIONS, '0'.repeat(40), root)).toThrow(/cannot be read.*full clone/);
  });
});

describe('a release without a contraction', () => {
  it('asks git nothing', () => {
    expect(() => assertExpanded('shop', [EXPANSION], '0'.repeat(40), root)).not.toThrow();
  });
});
