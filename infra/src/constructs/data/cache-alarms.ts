import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface CacheAlarmsProps {
  readonly group: CfnReplicationGroup;
  /** The primary and its replicas. */
  readonly nodes: number;
  readonly topic: ITopic;
}

const PERIOD = Duration.minutes(1);

/** What ElastiCache sees of the worst of the nodes: the primary may be any of them. */
export function addCacheAlarms(scope: Construct, { group, nodes, topic }: CacheAlarmsProps): void {
  const worst = (metricName: string, statistic: string): IMetric => worstOf(listNodes(group, nodes), metricName, statistic);
  const shared = { article: 'cache-is-overloaded', topic } as const;
  new RunbookAlarm(scope, 'Cpu', {
    ...shared,
    // Valkey answers in one thread; this is that thread, whatever the machine has beside it.
    metric: worst('EngineCPUUtilization', 'Average'),
    threshold: 80,
    periods: 10,
    problem: 'The cache has been busy for more than 80 % of the time for ten minutes',
  });
  new RunbookAlarm(scope, 'Memory', {
    ...shared,
    metric: worst('DatabaseMemoryUsagePercentage', 'Maximum'),
    // Keys expire within minutes: a cache that nearly fills up has keys without an end, or is too small.
    threshold: 85,
    periods: 10,
    problem: 'The cache uses more than 85 % of its memory',
  });
  new RunbookAlarm(scope, 'Evictions', {
    ...shared,
    metric: worst('Evictions', 'Sum'),
    // Some are what a cache does; at this rate entries go before they are read again.
    threshold: 1000,
    periods: 10,
    problem: 'The cache has thrown out more than 1000 entries a minute for ten minutes',
  });
}

/** ElastiCache numbers them; the group's own name has no metrics. */
function listNodes(group: CfnReplicationGroup, nodes: number): readonly string[] {
  return Array.from({ length: nodes }, (_node, index) => `${group.ref}-${String(index + 1).padStart(3, '0')}`);
}

function worstOf(nodes: readonly string[], metricName: string, statistic: string): IMetric {
  const metrics = nodes.map(
    (CacheClusterId) =>
      new Metric({
        namespace: 'AWS/ElastiCache',
        metricName,
        statistic,
        period: PERIOD,
        dimensionsMap: { CacheClusterId, CacheNodeId: '0001' },
      }),
  );
  const [only, ...others] = metrics;
  if (only && others.length === 0) return only;
  const names = metrics.map((_metric, index) => `node${index + 1}`);
  return new MathExpression({
    expression: `MAX([${names.join(',')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`node${index + 1}`, metric])),
    period: PERIOD,
  });
}
