// Dashboards: what they show in figures and processes here log is shown by the console. Lines over time, and what only AWS measures, are left out.
import type { Metric } from './metrics.ts';

/** One figure of a dashboard. */
export interface Figure {
  readonly label: string;
  readonly metric: Pick<Metric, 'namespace' | 'name' | 'dimensions'>;
}

interface Widget {
  readonly type?: string;
  readonly properties?: { readonly view?: string; readonly metrics?: readonly (readonly unknown[])[] };
}

/**
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * @throws SyntaxError when the body is no JSON
 */
export function parseFigures(body: string): readonly Figure[] {
  return parseWidgets(body)
    .filter(({ type, properties }) => type === 'metric' && properties?.view === 'singleValue')
    .flatMap(({ properties }) => properties?.metrics ?? [])
    .flatMap(toFigure);
}

/** `[namespace, name, dimension, value, …, { options }]`; an expression has options only. */
function toFigure(row: readonly unknown[]): readonly Figure[] {
  const words = row.filter((word) => typeof word === 'string');
  const [namespace, name, ...pairs] = words;
  if (namespace === undefined || name === undefined) return [];
  const dimensions = Object.fromEntries(
    Array.from({ length: Math.floor(pairs.length / 2) }, (_pair, index) => [pairs[2 * index] ?? '', pairs[2 * index + 1] ?? '']),
  );
  const label: unknown = Reflect.get(Object(row.at(-1)), 'label');
  return [{ label: typeof label === 'string' ? label : name, metric: { namespace, name, dimensions } }];
}

function parseWidgets(body: string): readonly Widget[] {
  return (JSON.parse(body) as { readonly widgets?: readonly Widget[] }).widgets ?? [];
}
