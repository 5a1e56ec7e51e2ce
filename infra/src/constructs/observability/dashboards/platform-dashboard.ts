import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { Dashboard, GraphWidget, Metric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { edgeMetric } from '../../entrance/entrance-alarms.ts';
import type { RunbookAlarm } from '../runbook-alarm.ts';
import { describeBoard, graphAlarms } from './alarm-graphs.ts';

export interface Entrances {
  readonly distribution: Distribution;
  readonly api: Stage;
  readonly loadBalancer: ApplicationLoadBalancer;
}

export interface PlatformDashboardProps {
  /** People choose from a list of these. */
  readonly dashboardName: string;
  readonly entrances: Entrances;
  /** All that are of no single service. */
  readonly alarms: readonly RunbookAlarm[];
  readonly runbookUrl: string;
}

const PERIOD = Duration.minutes(1);

/** What services share: the ways in, the database, the cache, the archive. */
export class PlatformDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: PlatformDashboardProps) {
    super(scope, id, {
      dashboardName: props.dashboardName,
      widgets: [
        [describeBoard('What services share', props.alarms, props.runbookUrl)],
        [...drawEntrances(scope, props.entrances)],
        [...graphAlarms(props.alarms)],
      ],
    });
  }
}

function drawEntrances(scope: Construct, { distribution, api, loadBalancer }: Entrances): readonly IWidget[] {
  const sum = { statistic: 'Sum', period: PERIOD };
  return [
    new GraphWidget({
      title: 'Requests a minute: browsers, API, load balancer',
      left: [edgeMetric(distribution, 'Requests', 'Sum'), api.metricCount(sum), loadBalancer.metrics.requestCount(sum)],
      leftYAxis: { min: 0 },
      width: 12,
    }),
    // Nobody is told: a firewall that blocks is at work. Here one sees whether it blocked more when people say they cannot come in.
    new GraphWidget({
      title: 'Requests a minute that a firewall blocked: browsers, API',
      left: [blockedRequests(), blockedRequests(Stack.of(scope).region)],
      leftYAxis: { min: 0 },
      width: 12,
    }),
  ];
}

/** Of CloudFront's firewall, or of one of a region. Their names in metrics are those of `visibilityConfig` in web-acl.ts. */
function blockedRequests(region?: string): Metric {
  return new Metric({
    namespace: 'AWS/WAFV2',
    metricName: 'BlockedRequests',
    dimensionsMap: { WebACL: 'all', Rule: 'ALL', ...(region !== undefined && { Region: region }) },
    statistic: 'Sum',
    period: PERIOD,
    region: region ?? 'us-east-1',
  });
}
