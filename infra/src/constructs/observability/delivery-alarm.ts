import type { Publisher } from '@torii/contracts';
import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm.ts';

/** Watches what SNS could not bring to a subscriber. What is refused it drops at once; when nobody answers it tries for 23 days. */
export function addDeliveryAlarm(scope: Construct, publisher: Publisher, events: ITopic, topic: ITopic): void {
  new RunbookAlarm(scope, `${publisher}-delivery`, {
    metric: events.metricNumberOfNotificationsFailed({ period: Duration.minutes(5), statistic: 'Sum' }),
    // Each is an event that a subscriber will never see by itself.
    threshold: 0,
    periods: 1,
    problem: `Events of ${publisher} could not be delivered to a queue or to the archive`,
    article: 'events-are-not-delivered',
    topic,
  });
}
