// docs/alarms.md, made from the templates: `npm run docs` writes it, a test compares it.
import { listQueues } from '@torii/contracts';
import { listResources, listAt, numberAt, textAt, valueAt, type AssemblyStack, type Resource } from './assembly/template.ts';
import { SERVICES } from './services.ts';

interface AlarmRow {
  readonly problem: string;
  readonly article: string;
  readonly watched: string;
  /** Beyond what, and for how long. */
  readonly rings: string;
}

const HEADER = `# Alarms

<!-- made by npm run docs from the templates: do not edit -->

Every alarm that tells somebody, once for all services, queues or functions it is made for. What a number is a count, a share or a time of is in the
sentence before it. Those on queues, outboxes, jobs and archives ring on the laptop too.

| Problem | Looks at | Rings | Stages | Runbook |
| --- | --- | --- | --- | --- |
`;

const SIGNS: Readonly<Record<string, string>> = { GreaterThanThreshold: 'above', LessThanThreshold: 'below' };
const GIB = 1024 ** 3;
const NAMES = [...listQueues().map(({ name }) => name), ...SERVICES].toSorted((one, other) => other.length - one.length);

/** @param stages by name, in the order in which they are named */
export function renderAlarmsPage(stages: ReadonlyMap<string, readonly AssemblyStack[]>): string {
  const stagesOf = new Map<string, Set<string>>();
  for (const [stage, stacks] of stages)
    for (const { resource } of listResources(stacks)) {
      const row = toRow(resource);
      if (row) stagesOf.set(row, (stagesOf.get(row) ?? new Set()).add(stage));
    }
  const lines = [...stagesOf].map(([row, names]) => row.replace('{stages}', names.size === stages.size ? 'all' : [...names].join(', ')));
  return `${HEADER}${lines.toSorted().join('\n')}\n`;
}

/** Undefined for what is no alarm, or for one that only ends a deployment. */
function toRow({ type, properties }: Resource): string | undefined {
  if (type !== 'AWS::CloudWatch::Alarm' || valueAt(properties, 'AlarmActions') === undefined) return undefined;
  const { problem, article, watched, rings } = describe(properties);
  return `| ${problem} | ${watched} | ${rings} | {stages} | [${article.replaceAll('-', ' ')}](runbook.md#${article}) |`;
}

function describe(properties: Resource['properties']): AlarmRow {
  const [, text = '', article = ''] = /^(.*)\. Runbook: .*#([a-z-]+)$/.exec(textAt(properties, 'AlarmDescription') ?? '') ?? [];
  const stats = listAt(properties, 'Metrics').flatMap((query) => valueAt(query, 'MetricStat') ?? []);
  const metrics = [properties, ...stats.flatMap((stat) => valueAt(stat, 'Metric') ?? [])];
  const names = new Set(metrics.flatMap((metric) => textAt(metric, 'MetricName') ?? []));
  const seconds = numberAt(properties, 'Period') ?? numberAt(stats[0], 'Period') ?? 60;
  const minutes = (seconds * (numberAt(properties, 'EvaluationPeriods') ?? 1)) / 60;
  const silence = textAt(properties, 'TreatMissingData') === 'breaching' ? ', or without figures' : '';
  const threshold = formatNumber(numberAt(properties, 'Threshold') ?? 0);
  const sign = SIGNS[textAt(properties, 'ComparisonOperator') ?? ''] ?? 'beyond';
  return {
    problem: NAMES.reduce((sentence, name) => sentence.replaceAll(new RegExp(`\\b${name}\\b(?!-| worker)`, 'g'), '…'), text),
    article,
    watched: [...names].map((name) => `\`${name}\``).join(', '),
    rings: `${sign} ${threshold} for ${formatMinutes(minutes)}${silence}`,
  };
}

function formatNumber(value: number): string {
  return value >= GIB / 100 ? `${Math.round((value / GIB) * 100) / 100} GiB` : String(value);
}

function formatMinutes(minutes: number): string {
  return minutes >= 1440 ? `${minutes / 1440} d` : `${minutes} min`;
}
