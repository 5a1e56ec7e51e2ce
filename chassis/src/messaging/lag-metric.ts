import type { Publisher } from '@torii/contracts';
import type { OutboxLag } from './outbox-rows.ts';

/** The metrics' namespace in CloudWatch; the alarm names it too. */
export const METRIC_NAMESPACE = 'Torii';

/**
 * Fields of a log line that CloudWatch Logs makes metrics of: the embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export function toLagMetric(publisher: Publisher, lag: OutboxLag, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Service']],
          Metrics: [
            { Name: 'OutboxLagSeconds', Unit: 'Seconds' },
            { Name: 'OutboxRows', Unit: 'Count' },
          ],
        },
      ],
    },
    Service: publisher,
    OutboxLagSeconds: lag.seconds,
    OutboxRows: lag.rows,
  };
}
