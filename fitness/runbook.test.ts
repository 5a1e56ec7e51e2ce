// docs/runbook.md and the alarms of the CDK app: each alarm has an article, each article an alarm.
import { describe, expect, it } from '@jest/globals';
import { listAnchors, listSections, type Section } from './markdown.ts';
import { listSources, readText } from './repository.ts';

/** Fewer alarms than this and the scan has missed the constructs. */
const ALARMS_FLOOR = 20;
const PARTS = ['Meaning', 'Look at', 'Do', 'Prevent'];

/** The anchors that alarms link to. */
function findArticles(sources: readonly string[]): ReadonlySet<string> {
  return new Set(sources.flatMap((text) => [...text.matchAll(/\barticle: '([a-z-]+)'/g)].map(([, anchor]) => anchor ?? '')));
}

/** The anchors that the type of an alarm allows. */
function findAllowed(source: string): ReadonlySet<string> {
  const union = /export type RunbookArticle =([^;]+);/.exec(source)?.[1] ?? '';
  return new Set([...union.matchAll(/'([a-z-]+)'/g)].map(([, anchor]) => anchor ?? ''));
}

/** The parts an article lacks, or has in another order. */
function listFaults({ title, text }: Section): readonly string[] {
  const found = [...text.matchAll(/^\*\*([A-Z][a-z ]+)(?:\.\*\*|\*\*$)/gm)].map(([, part]) => part ?? '');
  return found.join() === PARTS.join() ? [] : [`${title} has ${found.join(', ') || 'no parts'}`];
}

/** Log messages that queries of the page look for and nothing writes. */
function listUnwritten(page: string, sources: readonly string[]): readonly string[] {
  const asked = [...page.matchAll(/\bmsg = "([^"]+)"/g)].map(([, message]) => message ?? '');
  return asked.filter((message) => !sources.some((text) => text.includes(`'${message}'`)));
}

describe('docs/runbook.md', () => {
  const page = readText('docs/runbook.md');
  const infra = listSources('infra/src').map(readText);
  const linked = findArticles(infra);
  const articles = listSections(listSections(page, 2).find(({ title }) => title === 'Alarms')?.text ?? '', 3);

  it('is linked by alarms', () => {
    expect(linked.size).toBeGreaterThanOrEqual(ALARMS_FLOOR);
    expect(readText('infra/src/constructs/observability/runbook-alarm.ts')).toContain('Runbook: docs/runbook.md#${props.article}');
  });

  it('has an article for each alarm, and an alarm for each article', () => {
    expect(articles.map(({ anchor }) => anchor).toSorted()).toEqual([...linked].toSorted());
    expect([...findAllowed(readText('infra/src/constructs/observability/runbook-alarm.ts'))].toSorted()).toEqual([...linked].toSorted());
  });

  it('says in each article what it means, what to look at, what to do and how to prevent it', () => {
    expect(articles.flatMap(listFaults)).toEqual([]);
  });

  it('gives commands in each article', () => {
    expect(articles.filter(({ text }) => !text.includes('```')).map(({ title }) => title)).toEqual([]);
  });

  it('looks for log messages that something writes', () => {
    expect(page).toContain('msg = "');
    expect(listUnwritten(page, listSources('chassis/src', 'services', 'infra/lambda').map(readText))).toEqual([]);
  });

  it('says how the secrets are rotated that the CDK app leaves to it', () => {
    expect(infra.filter((text) => text.includes('as the runbook says')).length).toBeGreaterThan(0);
    expect(listAnchors(page)).toContain('rotate-a-secret');
  });
});

describe('the guards of the runbook', () => {
  it('notice an alarm without an article', () => {
    expect(findArticles(["new RunbookAlarm(this, 'Errors', { article: 'the-canary-died' })"])).toEqual(new Set(['the-canary-died']));
    expect(findAllowed("export type RunbookArticle =\n  | 'the-canary-died'\n  | 'x';")).toEqual(new Set(['the-canary-died', 'x']));
  });

  it('notice an article without a part', () => {
    const [section] = listSections('## Canary\n\n**Meaning.** It died.\n\n**Look at**\n\n**Prevent.** Gas masks.\n', 2);
    expect(section && listFaults(section)).toEqual(['Canary has Meaning, Look at, Prevent']);
  });

  it('notice a query for a message that nothing writes', () => {
    expect(listUnwritten('filter msg = "canary sang" or msg = "request"', ["logger.info(line, 'request')"])).toEqual(['canary sang']);
  });
});
