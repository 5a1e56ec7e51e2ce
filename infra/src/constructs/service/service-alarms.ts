import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ServiceName } from '../../services.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';
import { combineGroups, type TargetGroupPair } from './target-group-pair.ts';

export interface ServiceAlarmsProps {
  readonly name: ServiceName;
  /** They take turns, and during a canary both serve: an alarm counts what the two see together. */
  readonly targetGroups: TargetGroupPair;
  readonly topic: ITopic;
}

/** What the load balancer sees of a service: errors, slowness, absence. All three end a deployment that makes them ring. */
export function addServiceAlarms(scope: Construct, { name, targetGroups, topic }: ServiceAlarmsProps): readonly RunbookAlarm[] {
  const errors = new RunbookAlarm(scope, 'Errors', {
    metric: combineGroups(targetGroups, 'HTTPCode_Target_5XX_Count', { each: 'Sum', all: 'SUM' }),
    // A single one may be a task that Spot took away.
    threshold: 5,
    periods: 2,
    problem: `${name} answers requests with 5xx`,
    article: 'service-fails',
    topic,
  });
  const latency = new RunbookAlarm(scope, 'Latency', {
    // The slower of the two: of percentiles there is no sum.
    metric: combineGroups(targetGroups, 'TargetResponseTime', { each: 'p99', all: 'MAX' }),
    // Seconds.
    threshold: 2,
    periods: 3,
    problem: `One request to ${name} in a hundred takes more than 2 s`,
    article: 'service-is-slow',
    topic,
  });
  const unhealthy = new RunbookAlarm(scope, 'Unhealthy', {
    metric: combineGroups(targetGroups, 'HealthyHostCount', { each: 'Minimum', all: 'SUM' }),
    threshold: 1,
    rings: 'below',
    periods: 3,
    // Without any task the load balancer counts nothing, and its own 503 is none of the target group's errors.
    ringsInSilence: true,
    problem: `No task of ${name} passes its health check, or none runs`,
    article: 'service-has-no-healthy-task',
    topic,
  });
  return [errors, latency, unhealthy];
}
