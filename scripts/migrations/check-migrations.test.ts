// The check as the command runs it, in a small repository: files, released.json and what git remembers of it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from '../checks.ts';
import { checkMigrations } from './check-migrations.ts';
import { MANIFEST_FILE, readManifest, writeManifest } from './manifest.ts';
import { folderOf, listMigratingServices } from './migration-files.ts';
import { renderFindings } from './report.ts';

const UP = 'export async function up() {}';

let root: string;
let folder: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'torii-migrations-'));
  folder = folderOf('shop', root);
  mkdirSync(folder, { recursive: true });
  writeMigration('0001-create-orders', UP);
  writeMigration('0002-add-notes', UP);
  await release();
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('-c', 'user.name=x', '-c', 'user.email=x@example.com', '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', 'release');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function git(...words: readonly string[]): void {
  spawnSync('git', words, { cwd: root });
}

/** Names differ from case to case: what was imported once is not read again. */
function writeMigration(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.ts`), `${text}\n`);
}

const check = (): ReturnType<typeof checkMigrations> => checkMigrations({ withDatabase: false, root });
const findings = async (): Promise<readonly string[]> =>
  (await check()).flatMap((service) => service.findings.map(({ migration, rule }) => `${migration} ${rule}`));

/** As `npm run migrations:release` does, without asking. */
async function release(): Promise<void> {
  for (const { service, release: manifest } of await check()) writeManifest(folderOf(service, root), manifest);
}

describe('the check of migrations', () => {
  it('is part of npm run check', () => {
    expect(CHECKS.map(({ command }) => command.join(' '))).toContain('node scripts/migrations-check.ts --no-database');
  });

  it('finds nothing in what was released, and says what it was compared with', async () => {
    expect(await findings()).toEqual([]);
    expect((await check()).flatMap(({ notes }) => notes)).toEqual([
      expect.stringMatching(/^Compared with [0-9a-f]{10}, the main line before this/),
    ]);
  });

  it('finds what was edited, also when its hash was written anew, and says what to do', async () => {
    writeMigration('0002-add-notes', `${UP} // edited`);
    expect(await findings()).toEqual(['0002-add-notes edited']);
    expect(renderFindings((await check()).flatMap((service) => service.findings))).toBe(
      [
        '✗ services/shop/migrations/0002-add-notes',
        '  was released with another text in its file [edited]',
        '  Instead: Bring back the text that was released (git checkout), and make the change by a new migration.',
        '',
        'How a schema is changed: docs/changing-a-schema.md',
      ].join('\n'),
    );
    await release();
    expect(await findings()).toEqual(['0002-add-notes release-lost']);
    writeMigration('0002-add-notes', UP);
    await release();
    expect(await findings()).toEqual([]);
  });

  it('finds an expansion and its contraction in one release', async () => {
    writeMigration('0003-add-remarks', UP);
    writeMigration(
      '0004-drop-notes',
      `${UP} export const contraction = { expandedIn: '0003-add-remarks', because: 'remarks are read instead' };`,
    );
    await release();
    expect(await findings()).toEqual(['0004-drop-notes expansion-not-released']);
    for (const name of ['0003-add-remarks', '0004-drop-notes']) rmSync(join(folder, `${name}.ts`));
    await release();
    expect(await findings()).toEqual([]);
  });

  it('refuses a file that is no migration, or calls itself a contraction and says too little', async () => {
    writeMigration('0005-empty', 'export const down = 1;');
    await expect(check()).rejects.toThrow(/0005-empty\.ts cannot be checked: it exports no function "up"/);
    rmSync(join(folder, '0005-empty.ts'));
    writeMigration('0006-vague', `${UP} export const contraction = { because: 'it is time for it' };`);
    await expect(check()).rejects.toThrow(/0006-vague\.ts cannot be checked: its contraction is not/);
    rmSync(join(folder, '0006-vague.ts'));
  });
});

describe('released.json', () => {
  it('is written the same again: a release without anything new changes no file, and what a release writes is what the format check lets pass', () => {
    for (const service of listMigratingServices()) {
      const released = folderOf(service);
      writeManifest(folder, readManifest(released));
      const [written, committed] = [folder, released].map((where) => readFileSync(join(where, MANIFEST_FILE), 'utf8'));
      expect(written).toBe(committed);
    }
  });
});
