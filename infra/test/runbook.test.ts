// What commands of docs/runbook.md look for is in the templates. That alarms and articles fit is in fitness/runbook.test.ts.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { KNOWN_METRICS } from './known-metrics.ts';
import { getStage, synthesizeOrganization, type Found, type Synthesized } from './synthesized.ts';
import { textOf } from './template.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/runbook.md', import.meta.url)), 'utf8');
/** Whoever comes first waits for all stages to be synthesized. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

let resources: readonly Found[];
let stages: readonly Synthesized[];
beforeAll(() => {
  stages = [getStage('dev'), getStage('staging'), getStage('prod')];
  const organization = synthesizeOrganization();
  organization.remove();
  resources = [...stages, organization].flatMap((stage) => stage.resources);
}, SYNTHESIS_TIMEOUT_MS);

/** Calls of `physical` that would find nothing. */
function listVain(page: string): readonly string[] {
  const calls = [...page.matchAll(/\bphysical (torii-[a-z-]+) (AWS::\w+::\w+)(?: (\w+))?/g)];
  return calls
    .filter(
      ([, stack, type, part = '']) =>
        !resources.some((found) => found.stack === stack && found.Type === type && found.logicalId.includes(part)),
    )
    .map(([call]) => call);
}

describe('commands of the runbook', () => {
  it('look for resources that the templates have', () => {
    expect(PAGE.match(/\bphysical torii-/g)?.length).toBeGreaterThan(20);
    expect(listVain(PAGE)).toEqual([]);
  });

  it('ask for metrics that somebody writes', () => {
    const asked = [...PAGE.matchAll(/--namespace (\S+) --metric-name "?([\w.]+)/g)].map(([, namespace = '', name = '']) => ({
      namespace,
      name,
    }));
    expect(asked.length).toBeGreaterThan(3);
    // One that a loop completes begins like one that is known.
    const isKnown = (namespace: string, name: string): boolean =>
      Object.keys(KNOWN_METRICS[namespace]?.metrics ?? {}).some((known) => known === name || known.startsWith(name));
    expect(asked.filter(({ namespace, name }) => name !== '' && !isKnown(namespace, name))).toEqual([]);
  });

  it('ask for traces by groups that there are', () => {
    const groups = new Set(
      stages.flatMap((stage) => stage.find('AWS::XRay::Group').map(({ Properties }) => textOf(Properties['GroupName']))),
    );
    const asked = [...PAGE.matchAll(/group\.name = "([^"]+)"/g)].map(([, name = '']) => name);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !groups.has(name))).toEqual([]);
  });
});

describe('the guard of the runbook', () => {
  it('notices a resource, a type and a stack that there are not', () => {
    const vain = [
      'physical torii-dev-data AWS::RDS::DBInstance Replica',
      'physical torii-dev-data AWS::RDS::DBCluster',
      'physical torii-dev-base AWS::EC2::VPC',
    ];
    expect(listVain(`${vain.join('\n')}\nphysical torii-prod-data AWS::RDS::DBInstance Replica`)).toEqual(vain);
  });
});
