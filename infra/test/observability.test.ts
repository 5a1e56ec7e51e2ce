import { join } from 'node:path';
import { businessMetrics, listQueues, PUBLISHERS } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import { estimate } from '../src/cost/estimate.ts';
import { readPrices } from '../src/cost/prices.ts';
import { getUsage } from '../src/cost/usage.ts';
import { SERVICES } from '../src/services.ts';
import { KNOWN_METRICS } from './known-metrics.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { textOf } from './template.ts';
import { findFault, listTexts, listWatched, misspell, type WatchedMetric } from './watched-metrics.ts';

/** Whoever comes first waits for all stages to be synthesized. */
const SYNTHESIS_TIMEOUT_MS = 240_000;
const STAGES = ['dev', 'staging', 'prod'] as const;

let stages: Readonly<Record<(typeof STAGES)[number], Synthesized>>;
beforeAll(() => {
  stages = { dev: getStage('dev'), staging: getStage('staging'), prod: getStage('prod') };
}, SYNTHESIS_TIMEOUT_MS);

function dashboard(stage: Synthesized, name: string): Found {
  const found = stage.find('AWS::CloudWatch::Dashboard').find(({ Properties }) => textOf(Properties['DashboardName']).endsWith(`-${name}`));
  if (!found) throw new Error(`There is no dashboard ${name}.`);
  return found;
}

describe('metrics', () => {
  it.each(STAGES)('that templates of %s look at are ones that somebody writes, under those dimensions', (stage) => {
    const watched = listWatched(stages[stage].resources);
    // Fewer, and the reader has lost its way through the templates.
    expect(watched.length).toBeGreaterThan(200);
    expect(new Set(watched.map(({ namespace }) => namespace))).toEqual(new Set(Object.keys(KNOWN_METRICS)));
    expect(watched.map(findFault).filter(Boolean)).toEqual([]);
  });

  it.each([
    ['misspelt', { name: 'CPUUtilisation' }, 'nobody writes AWS/ECS CPUUtilisation'],
    ['of no namespace', { namespace: 'AWS/EC3' }, 'nobody writes AWS/EC3'],
    ['without a dimension', { dimensions: { ServiceName: 'x' } }, 'is not written by ServiceName, but by ClusterName,ServiceName'],
    ['of ours, misspelt', { namespace: 'Torii', name: 'SignUp', dimensions: { Service: 'identity' } }, 'nobody writes Torii SignUp'],
    ['of another service', { namespace: 'Torii', name: 'SignUps', dimensions: { Service: 'jobs' } }, 'SignUps is not written by jobs'],
  ])('%s are found', (_how, change, fault) => {
    const fine: WatchedMetric = {
      place: 'somewhere',
      stack: 'torii-dev-x',
      namespace: 'AWS/ECS',
      name: 'CPUUtilization',
      dimensions: { ClusterName: 'c', ServiceName: 's' },
      region: undefined,
    };
    expect(findFault(fine)).toBeUndefined();
    expect(findFault({ ...fine, ...change })).toContain(fault);
  });

  it.each([
    ['JobsFailed', 'JobFailed'],
    ['5xxErrorRate', '5XXErrorRate'],
    ['CacheNodeId', 'NodeId'],
  ])('%s that a template calls %s are found in the alarm and in the dashboard', (word, typed) => {
    const faults = listWatched(misspell(stages.dev.resources, word, typed)).flatMap((metric) => findFault(metric) ?? []);
    expect(faults.filter((fault) => fault.includes('AWS::CloudWatch::Alarm')).length).toBeGreaterThan(0);
    expect(faults.filter((fault) => fault.includes('AWS::CloudWatch::Dashboard')).length).toBeGreaterThan(0);
  });

  it('that are late are not taken for zero: what rings or scales would always see a quiet last minute', () => {
    const expressions = [...stages.prod.find('AWS::CloudWatch::Alarm'), ...stages.prod.find('AWS::ApplicationAutoScaling::ScalingPolicy')]
      .flatMap(({ Properties }) => [...JSON.stringify(Properties).matchAll(/"Expression":"([^"]+)"/g)])
      .map(([, expression]) => expression);
    expect(new Set(expressions)).toEqual(
      new Set([
        'SUM([blue,green])',
        'MAX([blue,green])',
        'MAX([node1,node2,node3])',
        'SUM([m0,m1])',
        'MAX([m0])',
        'MAX([m0,m1])',
        'MAX([m0,m1,m2,m3])',
      ]),
    );
  });

  it('of CloudFront are looked for in us-east-1, where they are', () => {
    const ofEdge = listWatched(stages.prod.resources).filter(({ namespace }) => namespace === 'AWS/CloudFront');
    expect(ofEdge.length).toBeGreaterThanOrEqual(3);
    const elsewhere = ofEdge.filter(({ stack, region }) => region !== 'us-east-1' && stack !== 'torii-prod-edge-alarms');
    expect(elsewhere).toEqual([]);
  });
});

/** Those that people hear of; others only end a deployment. */
function listAlarms(stage: Synthesized): readonly Found[] {
  return stage.find('AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties['AlarmActions'] !== undefined);
}

describe('alarms', () => {
  const watchedBy = (stage: Synthesized): readonly string[] =>
    listWatched(listAlarms(stage)).map(({ namespace, name }) => `${namespace} ${name}`);
  const count = (list: readonly string[], word: string): number => list.filter((entry) => entry === word).length;

  it('watch every service, queue, function, stream, topic and machine', () => {
    const watched = watchedBy(stages.dev);
    const services = SERVICES.length;
    expect(count(watched, 'AWS/ECS CPUUtilization')).toBe(services);
    expect(count(watched, 'AWS/ECS MemoryUtilization')).toBe(services);
    expect(count(watched, 'AWS/SQS ApproximateAgeOfOldestMessage')).toBe(listQueues().length);
    expect(count(watched, 'AWS/SQS ApproximateNumberOfMessagesVisible')).toBe(listQueues().length + 1);
    expect(count(watched, 'Torii OutboxLagSeconds')).toBe(PUBLISHERS.length);
    expect(count(watched, 'AWS/SNS NumberOfNotificationsFailed')).toBe(PUBLISHERS.length);
    for (const name of ['Errors', 'Throttles', 'Duration']) expect(count(watched, `AWS/Lambda ${name}`)).toBeGreaterThanOrEqual(2);
    for (const name of ['CPUUtilization', 'DatabaseConnections', 'FreeableMemory', 'FreeStorageSpace'])
      expect(count(watched, `AWS/RDS ${name}`)).toBe(1);
    expect(count(watched, 'AWS/CertificateManager DaysToExpiry')).toBe(2);
  });

  it('watch the copies that staging and prod have', () => {
    for (const stage of ['staging', 'prod'] as const) {
      const watched = watchedBy(stages[stage]);
      expect(count(watched, 'AWS/RDS ReplicaLag')).toBe(2);
      expect(count(watched, 'AWS/RDS CPUUtilization')).toBe(2);
    }
    expect(count(watchedBy(stages.prod), 'AWS/ElastiCache Evictions')).toBe(3);
    expect(count(watchedBy(stages.dev), 'AWS/RDS ReplicaLag')).toBe(0);
  });

  it('fit the machines they watch', () => {
    const thresholds = (stage: Synthesized, metric: string) =>
      stage
        .find('AWS::CloudWatch::Alarm')
        .filter(({ Properties }) => Properties['MetricName'] === metric)
        .map(({ Properties }) => Number(Properties['Threshold']));
    expect(thresholds(stages.dev, 'DatabaseConnections')).toEqual([96]);
    expect(thresholds(stages.prod, 'DatabaseConnections')).toEqual([436, 436]);
    expect(thresholds(stages.prod, 'FreeStorageSpace')).toEqual([20 * 1024 ** 3, 20 * 1024 ** 3]);
    expect(thresholds(stages.dev, 'JobsFailed')).toEqual([0]);
    expect(thresholds(stages.prod, 'JobsFailed')).toEqual([10]);
    expect(thresholds(stages.prod, 'JobsInterrupted')).toEqual([0]);
  });

  it('tell a topic of their own region, of the beginning and of the end', () => {
    for (const { stack, Properties } of listAlarms(stages.prod)) {
      const isEdge = stack === 'torii-prod-edge-alarms';
      for (const action of ['AlarmActions', 'OKActions']) {
        const told = JSON.stringify(Properties[action]);
        expect(told).toContain(isEdge ? '{"Ref":"Alarms04B5A0BF"}' : 'Alarms04B5A0BF');
        expect(told).not.toContain('GetStackOutput');
      }
    }
  });
});

describe('dashboards', () => {
  it('are one for each service, one for what they share, one for the business', () => {
    const names = stages.prod.find('AWS::CloudWatch::Dashboard').map(({ Properties }) => textOf(Properties['DashboardName']));
    expect(names.sort()).toEqual([...SERVICES, 'business', 'platform'].map((board) => `torii-prod-${board}`).sort());
  });

  it('draw together what every alarm looks at', () => {
    const keyOf = ({ namespace, name, dimensions }: WatchedMetric) =>
      JSON.stringify([namespace, name, Object.keys(dimensions), dimensions['QueueName'] ?? dimensions['Service']]);
    const drawn = new Set(listWatched(stages.dev.find('AWS::CloudWatch::Dashboard')).map(keyOf));
    const missing = listWatched(stages.dev.find('AWS::CloudWatch::Alarm')).filter((metric) => !drawn.has(keyOf(metric)));
    expect(missing).toEqual([]);
  });

  it('lead to the article of each alarm that they draw', () => {
    const articles = stages.dev
      .find('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => /docs\/runbook\.md#([a-z-]+)$/.exec(textOf(Properties['AlarmDescription']))?.[1] ?? '');
    const texts = stages.dev
      .find('AWS::CloudWatch::Dashboard')
      .flatMap(({ Properties }) => listTexts(Properties['DashboardBody']))
      .join('\n');
    for (const article of new Set(articles)) expect(texts).toContain(`/docs/runbook.md#${article})`);
  });

  it('count what the business counts, all of it', () => {
    const drawn = listWatched([dashboard(stages.dev, 'business')]).filter(({ namespace }) => namespace === 'Torii');
    expect(new Set(drawn.map(({ name }) => name))).toEqual(new Set(Object.keys(businessMetrics)));
  });
});

describe('traces', () => {
  it.each([
    ['dev', 1],
    ['staging', 0.2],
    ['prod', 0.05],
  ] as const)('of %s begin as often by the rule of X-Ray as by the sampler of a service', (stage, ratio) => {
    const rules = stages[stage].find('AWS::XRay::SamplingRule').map(({ Properties }) => Properties['SamplingRule']);
    // Of functions X-Ray takes no rule.
    expect(rules).toEqual([
      expect.objectContaining({ ServiceType: 'AWS::ApiGateway::Stage', FixedRate: ratio, ReservoirSize: 1, Version: 1 }),
    ]);
    const samplers = [...JSON.stringify(stages[stage].resources).matchAll(/"OTEL_TRACES_SAMPLER_ARG","Value":"([^"]+)"/g)];
    expect(samplers.length).toBeGreaterThanOrEqual(SERVICES.length);
    expect(new Set(samplers.map(([, value]) => Number(value)))).toEqual(new Set([ratio]));
  });

  it('are found by service, failed or slow', () => {
    const groups = stages.prod.find('AWS::XRay::Group').map(({ Properties }) => textOf(Properties['GroupName']));
    expect(groups.sort()).toEqual(SERVICES.flatMap((name) => [`${name}-errors`, `${name}-slow`]).sort());
  });
});

describe('the budget', () => {
  it.each(STAGES)('of %s is what the stage is expected to cost, and a margin', (stage) => {
    const stacks = readAssembly(join(stages[stage].folder, `assembly-${stage}`));
    const { totalUsd } = estimate({ stacks, usage: getUsage(stage), pricesOf: readPrices });
    const limit = Number(/"Amount":(\d+)/.exec(JSON.stringify(stages[stage].get('AWS::Budgets::Budget').Properties))?.[1]);
    expect(limit).toBeGreaterThan(totalUsd * 1.05);
    expect(limit).toBeLessThan(totalUsd * 1.5);
  });

  it.each(STAGES)('of %s tells the alarm topic, with the way to its article, and the topic lets it in', (stage) => {
    const { Properties } = stages[stage].get('AWS::Budgets::Budget');
    const text = JSON.stringify(Properties);
    expect(text).toContain('docs/runbook.md#budget-is-exceeded');
    expect(text.match(/"SubscriptionType":"SNS"/g)).toHaveLength(3);
    expect(text).toContain('ExportsOutputRefAlarms');
    const policies = stages[stage].find('AWS::SNS::TopicPolicy').filter(({ stack }) => stack.endsWith('-messaging'));
    expect(JSON.stringify(policies)).toContain('budgets.amazonaws.com');
    const keys = stages[stage].find('AWS::KMS::Key').filter(({ logicalId }) => logicalId === 'TopicKeyB2E0C9CB');
    expect(keys.filter((key) => JSON.stringify(key).includes('budgets.amazonaws.com'))).toHaveLength(1);
  });
});
