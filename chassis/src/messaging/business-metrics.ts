import { countBusiness, type Publisher } from '@torii/contracts';
import { toEmbeddedMetrics } from './embedded-metric.ts';

/** Fields of the log line that counts what has just been committed, or undefined when the business counts none of it. */
export function toBusinessMetrics(
  publisher: Publisher,
  events: readonly { readonly type: string; readonly data: unknown }[],
  nowMs: number,
): Readonly<Record<string, unknown>> | undefined {
  const totals = new Map<string, number>();
  for (const { type, data } of events)
    for (const [name, count] of Object.entries(countBusiness(type, data))) totals.set(name, (totals.get(name) ?? 0) + count);
  if (totals.size === 0) return undefined;
  const measurements = [...totals].map(([name, value]) => [name, { value, unit: 'Count' as const }]);
  return toEmbeddedMetrics(publisher, Object.fromEntries(measurements), nowMs);
}
