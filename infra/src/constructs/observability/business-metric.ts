import { businessMetrics, METRIC_NAMESPACE, type BusinessMetricName } from '@torii/contracts';
import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** How much of it there was in a period. CloudWatch takes it from log lines of the publisher. */
export function businessMetric(metricName: BusinessMetricName, period: Duration, label?: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { Service: businessMetrics[metricName].publisher },
    statistic: 'Sum',
    period,
    ...(label !== undefined && { label }),
  });
}
