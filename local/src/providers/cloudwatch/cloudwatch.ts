// CloudWatch: log groups are files (see `processes/log-group.ts`), alarms watch what can be measured here, dashboards name the console's figures.
import type { LocalContext, Provider, ResourceHandler, TopicAccess } from '../../provider.ts';
import { textOf } from '../../read-value.ts';
import { type AlarmStatus, createAlarmWatch, parseAlarm } from './alarms.ts';
import { type Figure, parseFigures } from './dashboards.ts';
import type { MetricSource } from './metrics.ts';

export interface CloudWatchProvider extends Provider {
  listAlarms(): readonly AlarmStatus[];
  /** Of all dashboards. */
  listFigures(): readonly Figure[];
}

/** CloudWatch looks every minute; somebody at a laptop waits for the mail. */
const CHECK_INTERVAL_MS = 2000;

export function createCloudWatchProvider(
  context: Pick<LocalContext, 'region' | 'accountId' | 'log'>,
  parts: { readonly metrics: MetricSource; readonly topics: TopicAccess },
): CloudWatchProvider {
  const watch = createAlarmWatch(parts.metrics, parts.topics);
  const arnOf = (service: string, resource: string): string => `arn:aws:${service}:${context.region}:${context.accountId}:${resource}`;
  const figures = new Map<string, readonly Figure[]>();
  const dashboard: ResourceHandler = {
    replacedBy: ['DashboardName'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['DashboardName']) ?? generatedName;
      figures.set(name, parseFigures(textOf(properties['DashboardBody']) ?? '{}'));
      return { physicalId: name, attributes: {} };
    },
    remove: async ({ physicalId }) => void figures.delete(physicalId),
  };
  const logGroup: ResourceHandler = {
    replacedBy: ['LogGroupName'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['LogGroupName']) ?? generatedName;
      return { physicalId: name, attributes: { Arn: arnOf('logs', `log-group:${name}:*`) } };
    },
  };
  const alarm: ResourceHandler = {
    replacedBy: ['AlarmName'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['AlarmName']) ?? generatedName;
      watch.set(parseAlarm(name, properties));
      return { physicalId: name, attributes: { Arn: arnOf('cloudwatch', `alarm:${name}`) } };
    },
    remove: async ({ physicalId }) => watch.remove(physicalId),
  };
  let timer: NodeJS.Timeout | undefined;
  const check = (): void =>
    void watch
      .check(new Date())
      .catch((error: unknown) =>
        context.log('error', `Alarms cannot be checked: ${error instanceof Error ? error.message : String(error)}`),
      );
  return {
    types: {
      'AWS::Logs::LogGroup': logGroup,
      // A file has no streams; whoever writes to one is named in its lines.
      'AWS::Logs::LogStream': { apply: async ({ generatedName }) => ({ physicalId: generatedName, attributes: {} }) },
      'AWS::CloudWatch::Alarm': alarm,
      'AWS::CloudWatch::Dashboard': dashboard,
    },
    listAlarms: () => watch.list(),
    listFigures: () => [...figures.values()].flat(),
    start: async () => {
      timer = setInterval(check, CHECK_INTERVAL_MS).unref();
    },
    stop: async () => clearInterval(timer),
  };
}
