// The compiler, the formatter and the search for unused code each have something they must refuse.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** compiler option → a source that it must refuse, and the number of the complaint */
const TYPE_CANARIES: Readonly<Record<string, readonly [source: string, complaint: string]>> = {
  strict: ['export const text: string = null;', 'TS2322'],
  erasableSyntaxOnly: ['export enum Colour {\n  red,\n}', 'TS1294'],
  verbatimModuleSyntax: ["import { MakeDirectoryOptions } from 'node:fs';\nexport type Alias = MakeDirectoryOptions;", 'TS1484'],
  exactOptionalPropertyTypes: ['export const options: { a?: string } = { a: undefined };', 'TS2375'],
  noUncheckedIndexedAccess: ['const list: string[] = [];\nexport const first: string = list[0];', 'TS2322'],
  noPropertyAccessFromIndexSignature: ['const map: Record<string, string> = {};\nexport const value = map.name;', 'TS4111'],
  noImplicitOverride: ['class A {\n  a(): void {}\n}\nexport class B extends A {\n  a(): void {}\n}', 'TS4114'],
  noUnusedLocals: ['const unused = 1;\nexport {};', 'TS6133'],
};

function run(tool: string, words: readonly string[], cwd: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules', '.bin', tool), words, { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('tool canaries', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-tools-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'canary', type: 'module' }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(TYPE_CANARIES))('%s fails its canary', (option, [source, complaint]) => {
    const place = join(folder, option);
    mkdirSync(place);
    writeFileSync(join(place, 'canary.ts'), `${source}\n`);
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'] }));
    const { status, output } = run('tsc', ['--project', place, '--typeRoots', join(ROOT, 'node_modules', '@types')], place);
    expect({ status: status !== 0, complaint: output.includes(complaint) ? complaint : output }).toEqual({ status: true, complaint });
  });

  it('the formatter refuses another style', () => {
    const place = join(folder, 'format');
    mkdirSync(place);
    copyFileSync(join(ROOT, '.oxfmtrc.json'), join(place, '.oxfmtrc.json'));
    writeFileSync(join(place, 'canary.ts'), 'export const text = "double"\n');
    expect(run('oxfmt', ['--check', '.'], place)).toMatchObject({ status: 1, output: expect.stringContaining('canary.ts') });
  });

  it('the search for unused code finds a file, an export and a dependency', () => {
    const place = join(folder, 'unused');
    mkdirSync(place);
    const manifest = { name: 'canary', type: 'module', dependencies: { zod: '4.6.7' } };
    writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(place, 'knip.json'), JSON.stringify({ entry: ['main.ts'], project: ['*.ts'] }));
    writeFileSync(join(place, 'main.ts'), "import { used } from './used.ts';\nused();\n");
    writeFileSync(join(place, 'used.ts'), 'export const used = () => 1;\nexport const neverImported = 2;\n');
    writeFileSync(join(place, 'lonely.ts'), 'export const lonely = 3;\n');
    const { status, output } = run('knip', [], place);
    expect(status).toBe(1);
    for (const finding of ['lonely.ts', 'neverImported', 'zod']) expect(output).toContain(finding);
  });
});
