// Metrics in log lines, which CloudWatch takes from any log group: the embedded metric format.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import type { Metric, MetricSource } from './metrics.ts';

export interface LogMetrics extends MetricSource {
  observe(line: string, now?: Date): void;
}

interface Observation {
  readonly value: number;
  readonly at: number;
}

/** A line a period, and the time that its process may be late with it. */
const LIFETIME_PERIODS = 2;

export function createLogMetrics(): LogMetrics {
  const latest = new Map<string, Observation>();
  return {
    observe: (line, now = new Date()) => {
      // Most lines are not; parsing them all would cost more than the rest of the log.
      if (!line.startsWith('{') || !line.includes('"_aws"')) return;
      for (const [key, value] of listMetrics(line)) latest.set(key, { value, at: now.getTime() });
    },
    read: (metric, now) => {
      // AWS's own are of its services; all others come from the processes of the templates.
      if (metric.namespace === '' || metric.namespace.startsWith('AWS/')) return undefined;
      const found = latest.get(keyOf(metric));
      const isFresh = found !== undefined && now.getTime() - found.at <= LIFETIME_PERIODS * metric.periodSeconds * 1000;
      return isFresh ? found.value : 'missing';
    },
  };
}

function keyOf({ namespace, name, dimensions }: Omit<Metric, 'periodSeconds'>): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).toSorted(([left], [right]) => left.localeCompare(right))]);
}

function listMetrics(line: string): readonly (readonly [key: string, value: number])[] {
  try {
    const entry = parseEntry(line);
    return entry._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) => {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(entry[name])]));
        return Metrics.map(({ Name }) => [keyOf({ namespace: Namespace, name: Name, dimensions }), Number(entry[Name])] as const);
      }),
    ).filter(([, value]) => Number.isFinite(value));
  } catch {
    // CloudWatch keeps such a line as a line, and nothing more.
    return [];
  }
}

interface MetricEntry {
  readonly [field: string]: unknown;
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

function parseEntry(line: string): MetricEntry {
  return JSON.parse(line) as MetricEntry;
}
