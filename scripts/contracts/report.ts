// The check's findings as people read them: what changed, who breaks, and what to do instead.
import { describeWriters } from './compare-contracts.ts';
import { type Break, type Finding, isBreaking } from './finding.ts';
import type { Check } from './check-contracts.ts';

const REASONS: Readonly<Record<Break['reader'], string>> = {
  'old-consumers': 'as deployed, cannot go on with what is written from now on',
  'new-consumers': 'once deployed, cannot read what is in outboxes, queues, dead-letter queues and the archive',
};
/** Where the two above do not say it. */
const SPECIAL_REASONS: Readonly<Partial<Record<Finding['rule'], string>>> = {
  'pii-removed': 'logs, dead letters, traces and the console would show it',
  'publisher-changed': 'as deployed, listens to the topic of the publisher that it had',
  'owner-changed': 'as deployed, is sent nothing any more; what it was sent waits for it alone',
  'bus-left': 'hears nothing any more',
  'retired-without-a-successor': 'hears nothing any more',
  'release-lost': 'the check proves nothing any more',
  'withdrawn-is-back': 'whoever reads the archive takes what is new for what was withdrawn',
  'schema-edited': 'the check proves nothing any more',
  'example-edited': 'the check proves nothing any more',
  'example-removed': 'the check proves nothing any more',
};
const GUIDE = 'docs/changing-a-contract.md';

/** @param purpose a release is not told to release */
export function renderReport(check: Check, purpose: 'check' | 'release' = 'check'): string {
  const breaking = check.findings.filter(isBreaking);
  const additions = check.findings.filter((finding) => !isBreaking(finding));
  const { baseline, current } = check;
  return [
    `Compared ${current.length} contracts of contracts/src with ${baseline.contracts.length} released ones and ${baseline.examples.length} golden examples.\n${check.history.note}`,
    ...[...Map.groupBy(breaking, ({ name }) => name)].map(([name, findings]) => renderBroken(check, name, findings)),
    ...renderWithdrawal(breaking),
    ...renderList(purpose === 'check' ? 'Not released yet:' : 'New:', additions.map(renderLine)),
    ...renderList('Cannot be released:', check.unfit),
    summarize(breaking.length, additions.length, purpose),
  ].join('\n\n');
}

function renderBroken(check: Check, name: string, findings: readonly Finding[]): string {
  const contract = [...check.baseline.contracts, ...check.current].find((candidate) => candidate.name === name);
  const title = contract === undefined ? name : `${name}, ${describeWriters(contract)}`;
  const lines = findings.flatMap((finding) => [
    `  ${renderLine(finding)}`,
    ...finding.breaks.map((broken) => `    ${renderBreak(broken, finding.rule)}`),
  ]);
  return [`✗ ${title}`, ...lines, `  Instead: ${advise(check, name, findings)}`].join('\n');
}

function renderLine({ name, path, rule, text }: Finding): string {
  return `${path === '' ? name : `${name}: ${path}`} ${text} [${rule}]`;
}

function renderBreak({ reader, consumers }: Break, rule: Finding['rule']): string {
  const who =
    consumers.length === 0 ? 'nobody in the topology, but whoever reads the archive or subscribes tomorrow' : consumers.join(', ');
  return `breaks ${who}: ${SPECIAL_REASONS[rule] ?? REASONS[reader]}`;
}

function advise(check: Check, name: string, findings: readonly Finding[]): string {
  const rules = new Set(findings.map(({ rule }) => rule));
  if (rules.has('schema-edited') || rules.has('example-edited') || rules.has('example-removed'))
    return `git checkout contracts/released/${name}: what was released is not edited. A new example is a new file.`;
  if (rules.has('release-lost')) return `bring its entry back, as git has it. For good: ${withdrawalOf([name])}`;
  if (rules.has('withdrawn-is-back')) return `add ${nextVersionOf(check, name)}.`;
  if (rules.has('retired-without-a-successor'))
    return 'let every subscriber of the old version subscribe to the new one in contracts/src/topology.ts.';
  if (name === 'envelope') return `leave the envelope as it is released, or add an optional extension. See ${GUIDE}.`;
  const [keep, next] = [rules.has('message-removed') ? `keep ${name}` : `leave ${name} as it is released`, nextVersionOf(check, name)];
  const isCommand = check.baseline.contracts.some((contract) => contract.name === name && contract.kind === 'command');
  const way = isCommand ? 'which its owner carries out as well until nobody sends the old one' : 'with an upcast from the old one';
  const removal = rules.has('message-removed') ? ` Once nothing holds one any more: ${withdrawalOf([name])}` : '';
  return `${keep}, and add ${next} beside it, ${way}. See ${GUIDE}#a-breaking-change.${removal}`;
}

function withdrawalOf(names: readonly string[]): string {
  return `npm run contracts:release -- ${names.map((name) => `--withdraw ${name}`).join(' ')}`;
}

/** All in one command, as when a domain goes. */
function renderWithdrawal(findings: readonly Finding[]): readonly string[] {
  const gone = findings.filter(({ rule }) => rule === 'message-removed' || rule === 'release-lost').map(({ name }) => name);
  return gone.length < 2 ? [] : [`All ${gone.length} that are gone at once, should nothing hold one any more:\n  ${withdrawalOf(gone)}`];
}

/** The first version that nobody has taken. */
function nextVersionOf({ baseline, current }: Check, name: string): string {
  const [stem, major] = [name.replace(/\d+$/, ''), Number(/\d+$/.exec(name)?.[0] ?? 0)];
  const taken = new Set([...baseline.contracts, ...current].map((contract) => contract.name));
  let next = major + 1;
  while (taken.has(`${stem}${next}`)) next += 1;
  return `${stem}${next}`;
}

function renderList(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join('\n')];
}

function summarize(breaking: number, additions: number, purpose: 'check' | 'release'): string {
  if (breaking > 0) return `${breaking} breaking, ${additions} other. A released contract may only grow.`;
  if (additions > 0)
    return purpose === 'check'
      ? `Nothing breaks. ${additions} not released yet: npm run contracts:release`
      : `Nothing breaks. ${additions} new.`;
  return 'Nothing has changed since the release.';
}
