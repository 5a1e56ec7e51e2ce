import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

/** ACM begins to renew 60 days before the end: half of that is gone, and it did not work. */
const LEAST_DAYS = 30;

/** Watches a certificate, in the region it is in. */
export function addCertificateAlarm(scope: Construct, certificateArn: string, topic: ITopic): void {
  new RunbookAlarm(scope, 'CertificateDays', {
    // Said twice a day.
    metric: new Metric({
      namespace: 'AWS/CertificateManager',
      metricName: 'DaysToExpiry',
      dimensionsMap: { CertificateArn: certificateArn },
      region: Stack.of(scope).region,
      statistic: 'Minimum',
      period: Duration.days(1),
    }),
    threshold: LEAST_DAYS,
    rings: 'below',
    periods: 1,
    // Of one that has expired, or is gone, nothing is said any more.
    ringsInSilence: true,
    problem: `A certificate has less than ${LEAST_DAYS} days left and was not renewed, or is gone`,
    article: 'certificate-expires',
    topic,
  });
}
