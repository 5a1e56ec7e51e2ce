// Documents: links lead somewhere, files that are named exist, made parts are up to date, decisions have their parts.
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listDocuments } from '../scripts/docs/documents.ts';
import { renderPage } from '../scripts/docs/render-topology.ts';
import { listAnchors, listSections, readTables } from './markdown.ts';
import { listFiles, readText, ROOT } from './repository.ts';

const DOCUMENTS_FLOOR = 15;
const LINKS_FLOOR = 25;
const ADR_PARTS = ['Status', 'Context', 'Decision', 'Consequences', 'What would change our mind'];
/** Paths of the repository as prose names them. */
const NAMED_PATH = /`((?:contracts|chassis|services|infra|local|testing|e2e|fitness|docs|docker|samples|scripts|bench)\/[\w./-]+)`/g;
/** Made by a command, so not always there. */
const MADE = /\/cdk\.out(\/|$)|\/dist(\/|$)/;

const documents = listFiles().filter((path) => path.endsWith('.md') && !path.includes('/fixtures/'));

interface Link {
  readonly target: string;
  readonly anchor: string;
}

function listLinks(markdown: string): readonly Link[] {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, url = '']) => {
    const [target = '', anchor = ''] = url.split('#');
    return /^[a-z]+:/.test(url) ? [] : [{ target, anchor }];
  });
}

/** Links of a document, by its path, that lead to no file or no heading. */
function listBrokenLinks(path: string, markdown: string): readonly string[] {
  return listLinks(markdown).flatMap(({ target, anchor }) => {
    const file = join(dirname(path), target);
    if (target !== '' && !existsSync(join(ROOT, file))) return [`${path}: ${target}`];
    if (anchor === '') return [];
    return listAnchors(target === '' ? markdown : readText(file)).includes(anchor) ? [] : [`${path}: ${target}#${anchor}`];
  });
}

function listMissingFiles(path: string, markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '');
  const named = [...prose.matchAll(NAMED_PATH)].map(([, file]) => file ?? '');
  // A README names the files of its own folder too.
  const isThere = (file: string): boolean => existsSync(join(ROOT, file)) || existsSync(join(ROOT, dirname(path), file));
  return named.flatMap((file) => (MADE.test(file) || isThere(file) ? [] : [`${path}: ${file}`]));
}

/** The parts a decision lacks, or has in another order. */
function listAdrFaults(markdown: string, number: number): readonly string[] {
  const parts = [...markdown.matchAll(/^\*\*([A-Z][a-z ]+)\.?\*\*/gm)].map(([, part]) => part ?? '');
  return [
    ...(parts.join() === ADR_PARTS.join() ? [] : [`has the parts ${parts.join(', ')}`]),
    ...(markdown.startsWith(`# ${number}. `) ? [] : [`does not begin with # ${number}.`]),
    ...(/^\*\*Status\*\*: (accepted|proposed|superseded by \d+)\b/m.test(markdown) ? [] : ['has no status']),
  ];
}

describe('documents', () => {
  it(`are at least ${DOCUMENTS_FLOOR}, with links`, () => {
    expect(documents.length).toBeGreaterThanOrEqual(DOCUMENTS_FLOOR);
    expect(documents.flatMap((path) => listLinks(readText(path))).length).toBeGreaterThanOrEqual(LINKS_FLOOR);
  });

  it('link to files and headings that exist', () => {
    expect(documents.flatMap((path) => listBrokenLinks(path, readText(path)))).toEqual([]);
  });

  it('name files that exist', () => {
    expect(documents.flatMap((path) => listMissingFiles(path, readText(path)))).toEqual([]);
  });

  it.each(listDocuments())('are what npm run docs makes of the source: $path', ({ path, render }) => {
    const page = readText(path);
    expect(page).toBe(render(page));
  });

  it('explain each word of the glossary once', () => {
    const words = readTables(readText('docs/glossary.md')).flatMap((row) => (row['word'] ?? '').split(', '));
    expect(words.length).toBeGreaterThanOrEqual(20);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });
});

describe('decisions', () => {
  const adrs = documents.filter((path) => path.startsWith('docs/adr/')).toSorted();

  it('are numbered without a gap and named by verb and object', () => {
    expect(adrs.length).toBeGreaterThanOrEqual(6);
    expect(adrs.map((path) => Number(/\/(\d{4})-[a-z]+(-[a-z]+)+\.md$/.exec(path)?.[1]))).toEqual(adrs.map((_path, index) => index + 1));
  });

  it.each(adrs.map((path, index) => [path, index + 1] as const))('%s has its parts', (path, number) => {
    expect(listAdrFaults(readText(path), number)).toEqual([]);
  });
});

describe('CHANGELOG.md', () => {
  it('begins with the version that is made here, and says what to do for it', () => {
    const { version } = JSON.parse(readText('package.json')) as { readonly version: string };
    const [newest = ''] = readText('CHANGELOG.md').split(/^## /m).slice(1);
    expect(newest.split(' ')[0]).toBe(version);
    expect(newest).toMatch(/^\*\*Do\*\*$/m);
  });
});

describe('the guards of documents', () => {
  it('notice a link to nowhere, and one to no heading', () => {
    const markdown =
      '# Canary\n\n[a](nowhere.md) [b](#song) [c](#canary) [d](glossary.md#glossary) [e](glossary.md#cage) [f](https://example.com)\n';
    expect(listBrokenLinks('docs/canary.md', markdown)).toEqual([
      'docs/canary.md: nowhere.md',
      'docs/canary.md: #song',
      'docs/canary.md: glossary.md#cage',
    ]);
  });

  it('notice a file that does not exist', () => {
    expect(listMissingFiles('docs/canary.md', 'See `chassis/src/index.ts` and `chassis/src/canary.ts`.')).toEqual([
      'docs/canary.md: chassis/src/canary.ts',
    ]);
  });

  it('notice a made part that somebody edited, and one that is missing', () => {
    const page = readText('docs/architecture.md');
    const edited = page.replace('| `jobs.job.failed.v1` |', '| `jobs.job.canary.v1` |');
    expect(edited).not.toBe(page);
    expect(renderPage(edited)).toBe(page);
    expect(() => renderPage('# Architecture\n')).toThrow('cannot be made');
  });

  it('notice a decision without a part', () => {
    expect(listAdrFaults('# 2. Sing\n\n**Status**: accepted\n\n**Context.** Silence.\n', 1)).toEqual([
      'has the parts Status, Context',
      'does not begin with # 1.',
    ]);
  });

  it('leave headings inside code alone', () => {
    expect(listSections('## A\n\n```sh\n## no heading\n```\n\n## B\n', 2).map(({ title }) => title)).toEqual(['A', 'B']);
  });
});
