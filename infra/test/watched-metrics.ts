// Every metric that a template looks at: of alarms, of scaling, of dashboards.
import { businessMetrics, METRIC_NAMESPACE, PUBLISHERS } from '@torii/contracts';
import { KNOWN_METRICS } from './known-metrics.ts';
import type { Found } from './synthesized.ts';
import type { Json } from './template.ts';

export interface WatchedMetric {
  /** Where: stack, type and logical id. */
  readonly place: string;
  readonly stack: string;
  readonly namespace: string;
  readonly name: string;
  /** Names and values; a value that only CloudFormation knows is `…`. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Of a dashboard's metric that is of another region. */
  readonly region: string | undefined;
}

type Metric = Pick<WatchedMetric, 'namespace' | 'name' | 'dimensions' | 'region'>;

const READERS: Readonly<Record<string, (properties: Found['Properties']) => readonly Metric[]>> = {
  'AWS::CloudWatch::Alarm': (properties) => [...listStats(properties['Metrics']), ...toMetric(properties)],
  'AWS::ApplicationAutoScaling::ScalingPolicy': ({ TargetTrackingScalingPolicyConfiguration: tracking }) =>
    listStats(valueOf(valueOf(tracking, 'CustomizedMetricSpecification'), 'Metrics')),
  'AWS::CloudWatch::Dashboard': ({ DashboardBody: body }) => listDrawn(textOfBody(body)),
};

export function listWatched(resources: readonly Found[]): readonly WatchedMetric[] {
  return resources.flatMap(({ stack, Type, logicalId, Properties }) =>
    (READERS[Type]?.(Properties) ?? []).map((metric) => ({ ...metric, stack, place: `${stack} ${Type} ${logicalId}` })),
  );
}

/** The same resources after somebody mistyped a word. */
export function misspell(resources: readonly Found[], word: string, typed: string): readonly Found[] {
  return parseFound(JSON.stringify(resources).replaceAll(word, typed));
}

function parseFound(json: string): readonly Found[] {
  return JSON.parse(json) as readonly Found[];
}

/** What is wrong with a metric, or undefined when it is one that somebody writes. */
export function findFault({ namespace, name, dimensions, place }: WatchedMetric): string | undefined {
  const keys = Object.keys(dimensions).toSorted().join();
  const known = KNOWN_METRICS[namespace]?.metrics[name];
  if (!known) return `${place}: nobody writes ${namespace} ${name}`;
  if (!known.includes(keys)) return `${place}: ${namespace} ${name} is not written by ${keys}, but by ${known.join(' or ')}`;
  if (namespace !== METRIC_NAMESPACE) return undefined;
  const publisher = Object.entries(businessMetrics).find(([metric]) => metric === name)?.[1].publisher;
  const writers: readonly string[] = publisher === undefined ? PUBLISHERS : [publisher];
  return writers.includes(dimensions['Service'] ?? '') ? undefined : `${place}: ${name} is not written by ${dimensions['Service']}`;
}

/** Text and hyperlinks of a dashboard. */
export function listTexts(body: Json | undefined): readonly string[] {
  return parseBody(textOfBody(body)).widgets.flatMap(({ properties: { markdown } }) => markdown ?? []);
}

function listStats(metrics: Json | undefined): readonly Metric[] {
  return listOf(metrics).flatMap((query) => toMetric(valueOf(valueOf(query, 'MetricStat'), 'Metric')));
}

function toMetric(metric: Json | undefined): readonly Metric[] {
  const [namespace, name] = [valueOf(metric, 'Namespace'), valueOf(metric, 'MetricName')];
  if (typeof namespace !== 'string' || typeof name !== 'string') return [];
  const dimensions = listOf(valueOf(metric, 'Dimensions')).map((dimension) => [
    literalOf(valueOf(dimension, 'Name')),
    literalOf(valueOf(dimension, 'Value')),
  ]);
  return [{ namespace, name, dimensions: Object.fromEntries(dimensions), region: undefined }];
}

/** `[namespace, name, dimension, value, …, { options }]`; an expression has options only. */
function listDrawn(body: string): readonly Metric[] {
  return parseBody(body)
    .widgets.flatMap(({ properties: { metrics = [] } }) => metrics)
    .flatMap((row) => {
      const [namespace, name, ...pairs] = row.filter((word) => typeof word === 'string');
      if (namespace === undefined || name === undefined) return [];
      const dimensions = Object.fromEntries(pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1] ?? '']] : [])));
      const region: unknown = Reflect.get(Object(row.at(-1)), 'region');
      return [{ namespace, name, dimensions, region: typeof region === 'string' ? region : undefined }];
    });
}

/** The parts of a join, with `…` for what only CloudFormation knows. */
function textOfBody(body: Json | undefined): string {
  if (typeof body === 'string') return body;
  const [, parts] = listOf(valueOf(body, 'Fn::Join'));
  return listOf(parts).map(literalOf).join('');
}

function literalOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '…';
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function valueOf(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as Json | undefined) : undefined;
}

interface Body {
  readonly widgets: readonly {
    readonly properties: { readonly markdown?: string; readonly metrics?: readonly (readonly unknown[])[] };
  }[];
}

function parseBody(text: string): Body {
  return JSON.parse(text) as Body;
}
