import { Duration } from 'aws-cdk-lib';
import { HttpCodeTarget, type ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ServiceName } from '../services.ts';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface ServiceAlarmsProps {
  readonly name: ServiceName;
  /** The one that the listener's rule forwards to. A second one would take turns with it, and these alarms would have to add up both. */
  readonly targetGroup: ApplicationTargetGroup;
  readonly topic: ITopic;
}

/** What the load balancer sees of a service: errors, slowness, absence. */
export function addServiceAlarms(scope: Construct, { name, targetGroup, topic }: ServiceAlarmsProps): void {
  const period = Duration.minutes(1);
  const { metrics } = targetGroup;
  new RunbookAlarm(scope, 'Errors', {
    metric: metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period, statistic: 'Sum' }),
    // A single one may be a task that Spot took away.
    threshold: 5,
    periods: 2,
    problem: `${name} answers requests with 5xx`,
    article: 'service-fails',
    topic,
  });
  new RunbookAlarm(scope, 'Latency', {
    metric: metrics.targetResponseTime({ period, statistic: 'p99' }),
    // Seconds.
    threshold: 2,
    periods: 3,
    problem: `One request to ${name} in a hundred takes more than 2 s`,
    article: 'service-is-slow',
    topic,
  });
  new RunbookAlarm(scope, 'Unhealthy', {
    metric: metrics.healthyHostCount({ period, statistic: 'Minimum' }),
    threshold: 1,
    rings: 'below',
    periods: 3,
    // Without any task the load balancer counts nothing, and its own 503 is none of the target group's errors.
    ringsInSilence: true,
    problem: `No task of ${name} passes its health check, or none runs`,
    article: 'service-has-no-healthy-task',
    topic,
  });
}
