// Every lint rule the project relies on has a file that must fail; a rule that is silently off would pass it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const repeat = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const CANARIES: Readonly<Record<string, string>> = {
  'max-lines': repeat(301, (index) => `export const value${index} = ${index};`),
  'max-lines-per-function': `export function long(): void {\n${repeat(61, (index) => `  globalThis.name = '${index}';`)}\n}`,
  complexity: `export function branchy(n: number): number {\n${repeat(13, (index) => `  if (n === ${index}) return ${index};`)}\n  return n;\n}`,
  'max-depth':
    'export function deep(n: number): void {\n  if (n) { if (n > 1) { if (n > 2) { if (n > 3) { globalThis.name = ""; } } } }\n}',
  'max-params': 'export function many(a: number, b: number, c: number, d: number, e: number): number {\n  return a + b + c + d + e;\n}',
  'no-explicit-any': 'export function loose(value: any): void {\n  void value;\n}',
  'no-non-null-assertion': 'export function sure(value: string | undefined): string {\n  return value!;\n}',
  'no-floating-promises': 'export function forget(): void {\n  Promise.resolve(1);\n}',
  'no-misused-promises': 'export function misuse(): void {\n  if (Promise.resolve(false)) globalThis.name = "";\n}',
  'no-default-export': 'export default 1;',
  'no-console': 'export function talk(): void {\n  console.log(1);\n}',
  'consistent-type-imports': "import { Stats } from 'node:fs';\nexport type Alias = Stats;",
  'switch-exhaustiveness-check':
    "export function pick(kind: 'a' | 'b'): number {\n  let n = 0;\n  switch (kind) {\n    case 'a':\n      n = 1;\n  }\n  return n;\n}",
};

describe('lint canaries', () => {
  let folder = '';
  let report = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-canary-'));
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'] }));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [rule, source] of Object.entries(CANARIES)) writeFileSync(join(folder, `${rule}.ts`), `${source}\n`);
    writeFileSync(join(folder, 'BadName.ts'), 'export const one = 1;\n');
    const oxlint = join(ROOT, 'node_modules', '.bin', 'oxlint');
    const files = [...Object.keys(CANARIES).map((rule) => `${rule}.ts`), 'BadName.ts'];
    report = spawnSync(oxlint, ['--type-aware', '--format', 'unix', ...files], { cwd: folder, encoding: 'utf8' }).stdout;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([...Object.keys(CANARIES).map((rule) => [rule, `${rule}.ts`]), ['filename-case', 'BadName.ts']])(
    '%s fails its canary',
    (rule, file) => {
      const complaints = report.split('\n').filter((line) => line.includes(String(file)));
      expect(complaints.join('\n')).toContain(`(${String(rule)})`);
    },
  );
});
