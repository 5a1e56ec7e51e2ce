import { METRIC_NAMESPACE, type Publisher } from '@torii/contracts';

export interface Measurement {
  readonly value: number;
  readonly unit: 'Count' | 'Seconds';
}

/**
 * Fields of a log line that CloudWatch Logs makes metrics of: the embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * Each combination of dimensions is billed as a metric, so there is one dimension.
 */
export function toEmbeddedMetrics(
  service: Publisher,
  measurements: Readonly<Record<string, Measurement>>,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const named = Object.entries(measurements);
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Service']],
          Metrics: named.map(([name, { unit }]) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    Service: service,
    ...Object.fromEntries(named.map(([name, { value }]) => [name, value])),
  };
}
