import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, MathExpression, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ServiceName } from '../../../services.ts';
import type { RunbookAlarm } from '../runbook-alarm.ts';
import { combineGroups, metricsOf, type TargetGroupPair } from '../../service/target-group-pair.ts';
import { describeBoard, graphAlarms } from './alarm-graphs.ts';

export interface ServiceDashboardProps {
  /** People choose from a list of these. */
  readonly dashboardName: string;
  readonly service: ServiceName;
  readonly targetGroups: TargetGroupPair;
  /** Of the service, its functions and its queues. */
  readonly alarms: readonly RunbookAlarm[];
  readonly runbookUrl: string;
}

/** How one service is: what it is asked, how it answers, and all that its alarms look at. */
export class ServiceDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: ServiceDashboardProps) {
    super(scope, id, {
      dashboardName: props.dashboardName,
      widgets: [
        [describeBoard(props.service, props.alarms, props.runbookUrl)],
        [...drawTraffic(props.targetGroups)],
        [...graphAlarms(props.alarms)],
      ],
    });
  }
}

function drawTraffic(groups: TargetGroupPair): readonly IWidget[] {
  const requests = combineGroups(groups, 'RequestCount', { each: 'Sum', all: 'SUM' });
  const percentiles = ['p50', 'p95'].map((percentile) => slowerOf(groups, percentile));
  return [
    new GraphWidget({ title: 'Requests a minute', left: [requests], leftYAxis: { min: 0 }, width: 8 }),
    new GraphWidget({ title: 'Seconds to answer: half, and 95 in a hundred', left: percentiles, leftYAxis: { min: 0 }, width: 8 }),
    new GraphWidget({
      title: 'Healthy tasks, of blue and of green',
      left: [...metricsOf(groups, 'HealthyHostCount', 'Minimum')],
      leftYAxis: { min: 0 },
      width: 8,
    }),
  ];
}

/** As `combineGroups` does it, with names that two percentiles of one graph do not share. */
function slowerOf(groups: TargetGroupPair, percentile: string): IMetric {
  const [blue, green] = metricsOf(groups, 'TargetResponseTime', percentile);
  return new MathExpression({
    expression: `MAX([blue_${percentile},green_${percentile}])`,
    usingMetrics: { [`blue_${percentile}`]: blue, [`green_${percentile}`]: green },
    label: percentile,
    period: Duration.minutes(1),
  });
}
