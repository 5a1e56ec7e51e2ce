import { OUTBOX_METRICS, type OutboxMetric, type Publisher } from '@torii/contracts';
import { type Measurement, toEmbeddedMetrics } from './embedded-metric.ts';
import type { OutboxLag } from './outbox-rows.ts';

/** Fields of the log line that says how far the relay is behind. */
export function toLagMetric(publisher: Publisher, lag: OutboxLag, nowMs: number): Readonly<Record<string, unknown>> {
  const measurements: Readonly<Record<OutboxMetric, Measurement>> = {
    OutboxLagSeconds: { value: lag.seconds, unit: OUTBOX_METRICS.OutboxLagSeconds },
    OutboxRows: { value: lag.rows, unit: OUTBOX_METRICS.OutboxRows },
  };
  return toEmbeddedMetrics(publisher, measurements, nowMs);
}
