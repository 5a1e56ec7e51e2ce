import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderAlarmsPage } from '../src/alarms-page.ts';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import type { AssemblyStack } from '../src/assembly/template.ts';
import { ENVIRONMENT_NAMES } from '../src/environments.ts';
import { sketchStack } from './sketch-stack.ts';
import { getStage } from './synthesized.ts';

const PAGE = fileURLToPath(new URL('../../docs/alarms.md', import.meta.url));
/** Whoever comes first waits for all stages to be synthesized. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

let stages: ReadonlyMap<string, readonly AssemblyStack[]>;
beforeAll(() => {
  stages = new Map(ENVIRONMENT_NAMES.map((name) => [name, readAssembly(join(getStage(name).folder, `assembly-${name}`))]));
}, SYNTHESIS_TIMEOUT_MS);

describe('docs/alarms.md', () => {
  it('is what npm run docs makes of the templates', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(renderAlarmsPage(stages));
  });

  it('has every article that an alarm of a stage leads to', () => {
    const page = renderAlarmsPage(stages);
    for (const article of ['queue-is-behind', 'jobs-fail', 'replica-is-behind', 'edge-fails'])
      expect(page).toContain(`(runbook.md#${article})`);
  });

  it('says alike alarms once, and leaves out what tells nobody', () => {
    const silent = {
      AlarmDescription: 'Messages wait in catalog-events. Runbook: docs/runbook.md#queue-is-behind',
      MetricName: 'Age',
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 300,
      ComparisonOperator: 'GreaterThanThreshold',
    };
    const heard = { ...silent, AlarmActions: ['topic'] };
    const ofJobs = { ...heard, AlarmDescription: heard.AlarmDescription.replace('catalog', 'jobs') };
    const type = 'AWS::CloudWatch::Alarm';
    const dev = sketchStack({ a: [type, heard], b: [type, ofJobs], c: [type, { ...silent, Threshold: 1 }] });
    const prod = sketchStack({ a: [type, heard], b: [type, { ...ofJobs, Threshold: 2 * 1024 ** 3 }] });
    const rows = renderAlarmsPage(
      new Map([
        ['dev', [dev]],
        ['prod', [prod]],
      ]),
    )
      .split('\n')
      .filter((line) => line.includes('Messages'));
    expect(rows).toEqual([
      '| Messages wait in … | `Age` | above 2 GiB for 3 min | prod | [queue is behind](runbook.md#queue-is-behind) |',
      '| Messages wait in … | `Age` | above 300 for 3 min | all | [queue is behind](runbook.md#queue-is-behind) |',
    ]);
  });
});
