// The release as it lies here beside the release as git remembers it, and the source beside both.
import { type Baseline, listExampleFaults } from './baseline.ts';
import { compareContracts } from './compare-contracts.ts';
import type { Contract } from './contract.ts';
import { type Finding, isBreaking } from './finding.ts';
import type { History, PastRelease } from './history.ts';

/** What breaks somebody who builds on what the main line has released. Additions since then are no finding. */
export function compareHistory(baseline: Baseline, { releases }: History, current: readonly Contract[]): readonly Finding[] {
  return releases.flatMap((past) => [...compareEntry(baseline, past), ...compareRelease(baseline, past, current)]);
}

/** A name that was withdrawn lies in archives, with the meaning that it had. */
export function compareWithdrawn({ manifest }: Baseline, current: readonly Contract[]): readonly Finding[] {
  return current.flatMap(({ name }) => {
    const day = manifest[name]?.withdrawn;
    return day === undefined ? [] : [describe(name, 'withdrawn-is-back', `was withdrawn on ${day}, and its name is taken`)];
  });
}

function compareEntry({ manifest }: Baseline, { name, entry }: PastRelease): readonly Finding[] {
  const now = manifest[name];
  if (now === undefined) return [describe(name, 'release-lost', 'was released before, and is not in the manifest any more')];
  // The same as it was: somebody took the withdrawal back.
  if (entry.withdrawn === undefined || now.withdrawn !== undefined || now.schema === entry.schema) return [];
  return [describe(name, 'withdrawn-is-back', `was withdrawn on ${entry.withdrawn}, and its name is taken`)];
}

function compareRelease(baseline: Baseline, { name, entry, contract }: PastRelease, current: readonly Contract[]): readonly Finding[] {
  const now = baseline.manifest[name];
  if (contract === undefined || now === undefined || now.withdrawn !== undefined) return [];
  return [...listExampleFaults(name, entry, baseline.examples), ...compareContracts([contract], current)].filter(isBreaking);
}

function describe(name: string, rule: Finding['rule'], text: string): Finding {
  return { name, rule, path: '', text, breaks: [{ reader: 'new-consumers', consumers: [] }] };
}
