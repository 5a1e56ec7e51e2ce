import { join } from 'node:path';
import { ROOT } from '../steps.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import { findExampleFault } from './check-examples.ts';
import { compareContracts } from './compare-contracts.ts';
import { compareHistory, compareWithdrawn } from './compare-history.ts';
import { type Contract, listContracts } from './contract.ts';
import { type Break, type Finding, isBreaking } from './finding.ts';
import { type History, readHistory } from './history.ts';
import { findHidden } from './json-schema.ts';

export const RELEASED_FOLDER = join(ROOT, 'contracts', 'released');

export interface Check {
  readonly baseline: Baseline;
  readonly history: History;
  readonly current: readonly Contract[];
  readonly findings: readonly Finding[];
  /** What stands in the way of a release, beside what breaks. */
  readonly unfit: readonly string[];
}

/**
 * Compares the source with the release.
 * @param folder @default contracts/released
 * @param withdrawing messages of which nothing is asked any more
 */
export function checkContracts(folder: string = RELEASED_FOLDER, withdrawing: readonly string[] = []): Check {
  const [baseline, current] = [readBaseline(folder), listContracts()];
  const history = readHistory(folder);
  const faulty = baseline.examples.flatMap((example) => {
    // A message that is gone is one finding, not one more for each of its examples.
    const contract = current.find(({ name }) => name === example.name);
    if (contract === undefined) return [];
    const text = findExampleFault(example, contract.writers);
    return text === undefined ? [] : [{ ...example, text: `has a golden example, ${example.file}, which ${text}` }];
  });
  const differences = listOnce([
    ...baseline.faults,
    ...compareContracts(baseline.contracts, current),
    ...compareWithdrawn(baseline, current),
    ...compareHistory(baseline, history, current),
  ]).filter(({ name }) => !withdrawing.includes(name));
  // An example shows what the schemas cannot: rules that are code. What they have told already needs no second voice.
  const broken = new Set(differences.filter(isBreaking).map(({ name }) => name));
  const unreadable = faulty
    .filter(({ isReleased, name }) => isReleased && !broken.has(name))
    .map(({ name, text }): Finding => {
      const consumers = current.find((contract) => contract.name === name)?.readers ?? [];
      return { name, rule: 'example-unreadable', path: '', text, breaks: [{ reader: 'new-consumers', consumers }] };
    });
  return {
    baseline,
    history,
    current,
    findings: [...differences, ...unreadable],
    unfit: [...faulty.filter(({ isReleased }) => !isReleased).map(({ name, text }) => `${name} ${text}`), ...listUnfit(baseline, current)],
  };
}

/** What was broken since the release here was also since the one that git remembers: one finding, which breaks the consumers of both. */
function listOnce(findings: readonly Finding[]): readonly Finding[] {
  const same = Map.groupBy(findings, ({ name, rule, path, text }) => JSON.stringify([name, rule, path, text]));
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, breaks: joinBreaks([first, ...others].flatMap(({ breaks }) => breaks)) }],
  );
}

function joinBreaks(breaks: readonly Break[]): readonly Break[] {
  return [...Map.groupBy(breaks, ({ reader }) => reader)].map(([reader, broken]) => ({
    reader,
    consumers: [...new Set(broken.flatMap(({ consumers }) => consumers))],
  }));
}

/** Nobody can build on a message without a meaning or with rules that nobody sees, or learn from one without an example. */
function listUnfit({ examples }: Baseline, current: readonly Contract[]): readonly string[] {
  return current.flatMap(({ name, kind, schema }) => {
    const hidden = findHidden(schema).map((what) => `${name}: ${what}, which no schema shows: nobody could notice that it changes`);
    if (kind === 'envelope') return hidden;
    const hasExample = examples.some((example) => example.name === name);
    return [
      ...hidden,
      ...(hasExample
        ? []
        : [`${name} has no golden example: put a whole message into contracts/released/${name}/examples/<what it shows>.json`]),
      ...(schema['description'] === undefined ? [`${name} does not say what it means: end its schema with .describe('…')`] : []),
    ];
  });
}
