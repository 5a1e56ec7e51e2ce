// Words that the repository does without: in names of files, in prose and in code; and what only one machine knows.
import { describe, expect, it } from '@jest/globals';
import { listFiles, readText } from './repository.ts';

const FILES_FLOOR = 300;
const TEXT = /\.(ts|tsx|mjs|cjs|js|json|md|yaml|yml|css|html|sh)$|Dockerfile|\.gitignore$|\.ci\/run$/;

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'manager',
  'managers',
  'base',
  'types',
  'stuff',
  'shared',
]);
/** Each in two halves, so that this file is no finding of its own. */
const BANNED_PHRASES = [
  ['exactly', 'once'],
  ['dedup', 'table'],
  ['event', 'log'],
  ['failed', 'queue'],
].map((words) => new RegExp(`\\b${words.join('[ -]')}\\b`, 'i'));
/** Home folders, and hosts of private networks. */
const MACHINE = [
  ['/ho', 'me/[a-z]'],
  ['/Us', 'ers/[A-Za-z]'],
  ['/ro', 'ot/'],
  ['(?<![\\w./])/wo', 'rk/'],
  ['https?://[\\w.-]+\\.(?:inter', 'nal|lan|corp|intra)\\b'],
  ['"resolved": "https?://(?!registry\\.npm', 'js\\.org/)'],
  ['regis', 'try ?= ?https?://'],
].map((parts) => new RegExp(parts.join('')));

function hasEmptyName(path: string): boolean {
  return path.split('/').some((part) => EMPTY_NAMES.has(part.replace(/\..*$/, '')) || /-(utils?|helpers?)(\.|$)/.test(part));
}

/** A file that only passes on what others export. */
function isBarrel(text: string): boolean {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim();
  const statements = code.split(/;\s*/).filter(Boolean);
  return statements.length > 0 && statements.every((statement) => /^export (type )?(\*|\{)[\s\S]* from /.test(statement));
}

function findMatches(text: string, patterns: readonly RegExp[]): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (patterns.some((pattern) => pattern.test(line)) ? [`line ${index + 1}: ${line.trim().slice(0, 120)}`] : []));
}

function search(patterns: readonly RegExp[]): readonly string[] {
  return listFiles()
    .filter((path) => TEXT.test(path))
    .flatMap((path) => findMatches(readText(path), patterns).map((match) => `${path} ${match}`));
}

describe('names', () => {
  it(`are looked at in at least ${FILES_FLOOR} files`, () => {
    expect(listFiles().filter((path) => TEXT.test(path)).length).toBeGreaterThan(FILES_FLOOR);
  });

  it('of files say what is inside', () => {
    expect(listFiles().filter(hasEmptyName)).toEqual([]);
  });

  it('of things are imported from where they are made: only the entry of a package passes them on', () => {
    const sources = listFiles().filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
    const entries = sources.filter((path) => isBarrel(readText(path)));
    expect(entries.toSorted()).toEqual(['chassis/src/index.ts', 'contracts/src/index.ts', 'local/src/index.ts', 'testing/src/index.ts']);
    expect(sources.filter((path) => /(^|\/)index\.tsx?$/.test(path)).toSorted()).toEqual(entries.toSorted());
  });

  it('of the literature are used, and not the words it avoids', () => {
    expect(search(BANNED_PHRASES)).toEqual([]);
  });

  it('of folders and hosts are not those of one machine', () => {
    expect(search(MACHINE)).toEqual([]);
    expect(listFiles().filter((path) => /(^|\/)\.(npmrc|yarnrc|env)$/.test(path))).toEqual([]);
  });
});

describe('the guards of names', () => {
  it.each(['src/utils.ts', 'src/date-helpers.ts', 'src/common/dates.ts', 'src/types.ts', 'src/base.test.ts'])('notice %s', (path) => {
    expect(hasEmptyName(path)).toBe(true);
  });

  it.each(['providers/secrets-manager/generate-secret.ts', 'trigger-names.ts', 'base64.ts'])('let %s pass', (path) => {
    expect(hasEmptyName(path)).toBe(false);
  });

  it('notice a barrel', () => {
    expect(isBarrel("// All of it.\nexport * from './one.ts';\nexport { two } from './two.ts';\n")).toBe(true);
    expect(isBarrel("export * from './one.ts';\nexport const two = 2;\n")).toBe(false);
  });

  it.each([
    ['exactly', '-once delivery'],
    ['the de', 'dup table'],
    ['an event ', 'log'],
    ['FAILED ', 'QUEUE'],
  ])('notice %s%s', (begin, end) => {
    expect(findMatches(`${begin}${end}`, BANNED_PHRASES)).toHaveLength(1);
  });

  it.each([
    ['/home', '/canary/repository'],
    ['/Users', '/canary'],
    ['cd /work', '/main'],
    ['"resolved"', ': "https://mirror.example/zod.tgz"'],
    ['https://npm.canary', '.internal/zod'],
    ['registry', '=https://npm.canary.example'],
  ])('notice %s%s', (begin, end) => {
    expect(findMatches(`${begin}${end}`, MACHINE)).toHaveLength(1);
  });
});
