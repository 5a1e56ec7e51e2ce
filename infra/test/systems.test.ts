import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import type { AssemblyStack } from '../src/assembly/template.ts';
import { ENVIRONMENT_NAMES } from '../src/environments.ts';
import { renderSystemsPage } from '../src/systems-page.ts';
import { listMissing, SYSTEMS } from '../src/systems.ts';
import { getStage } from './synthesized.ts';

const PAGE = fileURLToPath(new URL('../../docs/systems.md', import.meta.url));
/** Whoever comes first waits for all stages to be synthesized. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

/** Rows of the reference architecture. */
const PARTS = [
  'VPC',
  'CloudFront and WAF',
  'Load balancer',
  'API Gateway',
  'Cognito',
  'ECS Fargate',
  'RDS',
  'ElastiCache',
  'SQS, SNS, EventBridge',
  'Lambda',
  'KMS, IAM, Secrets Manager',
  'X-Ray',
  'CloudWatch',
  'S3, Glue, Athena, QuickSight',
  'ECR, CodePipeline, CodeBuild, CodeDeploy',
  'Organizations, CloudTrail',
];

let stages: ReadonlyMap<string, readonly AssemblyStack[]>;
beforeAll(() => {
  stages = new Map(
    [...ENVIRONMENT_NAMES, 'tools', 'organization'].map((name) => [name, readAssembly(join(getStage(name).folder, `assembly-${name}`))]),
  );
}, SYNTHESIS_TIMEOUT_MS);

describe('the reference architecture', () => {
  it('is here row by row', () => {
    expect([...new Set(SYSTEMS.map(({ part }) => part))]).toEqual(PARTS);
  });

  it.each(ENVIRONMENT_NAMES)('is complete in %s', (stage) => {
    expect(listMissing('environment', stages.get(stage) ?? [])).toEqual([]);
  });

  it.each(['tools', 'organization'] as const)('is complete in %s', (stage) => {
    expect(listMissing(stage, stages.get(stage) ?? [])).toEqual([]);
  });

  it('is not complete without one of its systems', () => {
    const withoutCognito = (stages.get('prod') ?? []).filter(({ name }) => name !== 'torii-prod-user-pool');
    expect(listMissing('environment', withoutCognito)).toEqual(['Cognito: user pool', 'Cognito: clients', 'Lambda: triggered by Cognito']);
  });
});

describe('docs/systems.md', () => {
  it('is what npm run docs makes of the templates', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(renderSystemsPage(stages));
  });
});
