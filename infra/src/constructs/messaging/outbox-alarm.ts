import type { Publisher } from '@torii/contracts';
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { describeProblem, RunbookAlarm } from '../observability/runbook-alarm.ts';

/** The relay publishes within milliseconds of a commit; a minute means that it does not. */
const MAX_LAG = Duration.minutes(1);
/** Minutes of lag, all of them, until it is one. */
const PERIODS = 3;

/** Watches the age of what a publisher has committed and not published. CloudWatch takes the metric from a log line of the leading relay. */
export function addOutboxAlarm(scope: Construct, publisher: Publisher, topic: ITopic): void {
  new RunbookAlarm(scope, 'OutboxLag', {
    metric: lagOf(publisher),
    threshold: MAX_LAG.toSeconds(),
    periods: PERIODS,
    // The leader writes its line every minute, also when there is nothing to publish: none at all means that no relay leads.
    ringsInSilence: true,
    problem: `What ${publisher} has committed is not published for more than ${MAX_LAG.toSeconds()} seconds, or no relay says so`,
    article: 'outbox-is-behind',
    topic,
  });
}

/**
 * The same for deployments, and for nobody's ears: silence is no lag here. Before the first release no relay says anything, and CodeDeploy
 * would stop that release for an alarm which rings already.
 */
export function addOutboxRollbackAlarm(scope: Construct, publisher: Publisher): Alarm {
  return new Alarm(scope, 'OutboxLagOfRelease', {
    metric: lagOf(publisher),
    threshold: MAX_LAG.toSeconds(),
    evaluationPeriods: PERIODS,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: describeProblem({
      problem: `Ends a deployment of ${publisher}: what it has committed is not published for more than ${MAX_LAG.toSeconds()} seconds`,
      article: 'outbox-is-behind',
    }),
  });
}

function lagOf(publisher: Publisher): Metric {
  return new Metric({
    namespace: 'Torii',
    metricName: 'OutboxLagSeconds',
    dimensionsMap: { Service: publisher },
    statistic: 'Maximum',
    period: Duration.minutes(1),
  });
}
