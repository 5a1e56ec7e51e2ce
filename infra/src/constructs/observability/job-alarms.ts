import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { businessMetric } from './business-metric.ts';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface JobAlarmsProps {
  /** Jobs that may fail within five minutes, as files that cannot be imported make them. */
  readonly tolerated: number;
  readonly topic: ITopic;
}

/** Watches what people asked for and did not get. */
export function addJobAlarms(scope: Construct, { tolerated, topic }: JobAlarmsProps): void {
  const period = Duration.minutes(5);
  new RunbookAlarm(scope, 'JobsFailed', {
    metric: businessMetric('JobsFailed', period),
    threshold: tolerated,
    periods: 1,
    problem: `Jobs have failed, more than is usual within ${period.toMinutes()} minutes`,
    article: 'jobs-fail',
    topic,
  });
  new RunbookAlarm(scope, 'JobsInterrupted', {
    metric: businessMetric('JobsInterrupted', period),
    // No file can bring this about.
    threshold: 0,
    periods: 1,
    problem: 'A job has failed for a reason of ours: somebody waits for it in vain',
    article: 'jobs-fail',
    topic,
  });
}
