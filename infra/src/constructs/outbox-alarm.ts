import type { Publisher } from '@torii/contracts';
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm.ts';

/** The relay publishes within milliseconds of a commit; a minute means that it does not. */
const MAX_LAG = Duration.minutes(1);

/** Watches the age of what a publisher has committed and not published. CloudWatch takes the metric from a log line of the leading relay. */
export function addOutboxAlarm(scope: Construct, publisher: Publisher, topic: ITopic): void {
  new RunbookAlarm(scope, 'OutboxLag', {
    metric: new Metric({
      namespace: 'Torii',
      metricName: 'OutboxLagSeconds',
      dimensionsMap: { Service: publisher },
      statistic: 'Maximum',
      period: Duration.minutes(1),
    }),
    threshold: MAX_LAG.toSeconds(),
    periods: 3,
    // The leader writes its line every minute, also when there is nothing to publish: none at all means that no relay leads.
    ringsInSilence: true,
    problem: `What ${publisher} has committed is not published for more than ${MAX_LAG.toSeconds()} seconds, or no relay says so`,
    article: 'outbox-is-behind',
    topic,
  });
}
