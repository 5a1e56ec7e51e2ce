import { listAt, valueAt, type Place } from '../../assembly/template.ts';
import { type Charge, type Rule, type Surroundings } from './charge.ts';

/** For good, not for a year (https://aws.amazon.com/cloudwatch/pricing/). */
const FREE_DASHBOARDS = 3;

export const MONITORING_RULES: Readonly<Record<string, Rule>> = {
  'AWS::CloudWatch::Alarm': ({ resource }) => {
    const metrics = listAt(resource.properties, 'Metrics').filter((metric) => valueAt(metric, 'MetricStat') !== undefined).length;
    return [{ price: 'cloudwatch.alarm', quantity: Math.max(1, metrics), because: 'one for each metric it looks at' }];
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': chargeTracking,
  'AWS::CloudWatch::CompositeAlarm': () => [{ price: 'cloudwatch.composite-alarm', quantity: 1, because: 'each' }],
  'AWS::CloudWatch::Dashboard': (_place, { find }) => {
    const count = find('AWS::CloudWatch::Dashboard').length;
    const quantity = Math.max(0, count - FREE_DASHBOARDS) / count;
    return [{ price: 'cloudwatch.dashboard', quantity, because: `the first ${FREE_DASHBOARDS} of an account are free` }];
  },
  'AWS::Logs::MetricFilter': () => [{ price: 'cloudwatch.metric', quantity: 1, because: 'one metric each' }],
  'AWS::Logs::LogGroup': chargeLogGroup,
  'AWS::EC2::FlowLog': ({ resource }, { usage, shareOf }) => [
    { price: 'cloudwatch.logs-ingestion', quantity: usage.flowLogGiB * shareOf(resource), because: 'written by AWS' },
  ],
  'AWS::Athena::WorkGroup': ({ resource }, { usage, shareOf }) => [
    { price: 'athena.scanned', quantity: usage.queriedGiB * shareOf(resource), because: 'read by queries' },
  ],
};

/** Scaling is free; for each tracked signal AWS makes an alarm to add and one to take away, on every metric of the signal. */
function chargeTracking({ resource: { properties } }: Place): readonly Charge[] {
  const tracking = valueAt(properties, 'TargetTrackingScalingPolicyConfiguration');
  if (tracking === undefined) return [];
  const queries = listAt(tracking, 'CustomizedMetricSpecification', 'Metrics');
  const metrics = queries.filter((query) => valueAt(query, 'MetricStat') !== undefined).length;
  return [{ price: 'cloudwatch.alarm', quantity: 2 * Math.max(1, metrics), because: 'made by AWS, two for each metric that is tracked' }];
}

function chargeLogGroup({ resource }: Place, { usage, shareOf }: Surroundings): readonly Charge[] {
  const gib = usage.logGiB * shareOf(resource);
  const isMasked = valueAt(resource.properties, 'DataProtectionPolicy') !== undefined;
  return [
    { price: 'cloudwatch.logs-ingestion', quantity: gib, because: `an equal part of ${usage.logGiB} GiB` },
    ...(isMasked ? [{ price: 'cloudwatch.logs-masking', quantity: gib, because: 'personal data is looked for in all of it' }] : []),
    { price: 'cloudwatch.logs-storage', quantity: gib, because: 'a month of it, uncompressed' },
  ];
}
