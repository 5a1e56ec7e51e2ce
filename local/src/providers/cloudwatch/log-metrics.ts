// Metrics in log lines, which CloudWatch takes from any log group: the embedded metric format.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import type { Metric, MetricSource } from './metrics.ts';

type MetricName = Pick<Metric, 'namespace' | 'name' | 'dimensions'>;

export interface LogMetrics extends MetricSource {
  observe(line: string, now?: Date): void;
  /** Everything since the start, added up; undefined for what AWS itself would measure. */
  total(metric: MetricName): number | undefined;
}

interface Observation {
  readonly value: number;
  readonly at: number;
}

interface Series {
  /** Oldest first. */
  recent: readonly Observation[];
  total: number;
}

/** A line a period, and the time that its process may be late with it. */
const LIFETIME_PERIODS = 2;
/** No alarm looks back further. */
const KEPT_MS = 60 * 60 * 1000;

export function createLogMetrics(): LogMetrics {
  const series = new Map<string, Series>();
  return {
    observe: (line, now = new Date()) => {
      // Most lines are not; parsing them all would cost more than the rest of the log.
      if (!line.startsWith('{') || !line.includes('"_aws"')) return;
      const at = now.getTime();
      for (const [key, value] of listMetrics(line)) {
        const { recent, total } = series.get(key) ?? { recent: [], total: 0 };
        series.set(key, { recent: [...since(recent, at - KEPT_MS), { value, at }], total: total + value });
      }
    },
    total: (metric) => (isOfAws(metric) ? undefined : (series.get(keyOf(metric))?.total ?? 0)),
    read: (metric, now) => {
      if (isOfAws(metric)) return undefined;
      const recent = series.get(keyOf(metric))?.recent ?? [];
      return metric.statistic === 'Sum' ? addUp(recent, metric, now) : findLatest(recent, metric, now);
    },
  };
}

/** AWS's own metrics are of its services; all others come from the processes of the templates. */
function isOfAws({ namespace }: MetricName): boolean {
  return namespace === '' || namespace.startsWith('AWS/');
}

function since(observations: readonly Observation[], earliest: number): readonly Observation[] {
  return observations.filter(({ at }) => at > earliest);
}

function addUp(recent: readonly Observation[], { periodSeconds }: Metric, now: Date): number | 'missing' {
  const inPeriod = since(recent, now.getTime() - periodSeconds * 1000);
  return inPeriod.length === 0 ? 'missing' : inPeriod.reduce((sum, { value }) => sum + value, 0);
}

/** A state, such as a lag: the last that was said. */
function findLatest(recent: readonly Observation[], { periodSeconds }: Metric, now: Date): number | 'missing' {
  const last = recent.at(-1);
  return last !== undefined && now.getTime() - last.at <= LIFETIME_PERIODS * periodSeconds * 1000 ? last.value : 'missing';
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
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
