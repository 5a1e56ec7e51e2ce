// Alarms on what a laptop measures: queues, streams and what processes log. The threshold and the periods are the template's, and ringing
// means publishing to the alarm's topics, as CloudWatch does. Alarms on other metrics stay silent.
import type { Properties, TopicAccess } from '../../provider.ts';
import { numberOf, recordsOf, requiredText, textOf, textsOf } from '../../read-value.ts';
import type { Metric, MetricSource } from './metrics.ts';

type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly metric: Metric;
  /** What a metric without a value says: that it is beyond the threshold, that it is not, or nothing. */
  readonly silence: 'breaching' | 'notBreaching' | 'ignore';
  readonly comparison: string;
  readonly threshold: number;
  /** How long the threshold must have been broken. */
  readonly patienceSeconds: number;
  readonly alarmTopics: readonly string[];
  readonly okTopics: readonly string[];
}
export interface AlarmStatus {
  readonly alarm: Alarm;
  readonly state: AlarmState;
}

interface AlarmWatch {
  set(alarm: Alarm): void;
  remove(name: string): void;
  list(): readonly AlarmStatus[];
  /** Looks at every metric once; tells topics of what changed. */
  check(now: Date): Promise<void>;
}

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

interface Watched {
  readonly alarm: Alarm;
  state: AlarmState;
  brokenSince: Date | undefined;
}

export function createAlarmWatch(metrics: MetricSource, topics: TopicAccess): AlarmWatch {
  const watched = new Map<string, Watched>();
  const change = async (one: Watched, state: AlarmState, value: number | 'missing'): Promise<void> => {
    const before = one.state;
    one.state = state;
    if (state === 'OK' && before !== 'ALARM') return;
    const message = describeChange(one.alarm, { before, state, value });
    const targets = state === 'ALARM' ? one.alarm.alarmTopics : one.alarm.okTopics;
    await Promise.all(targets.map((topic) => topics.publish(topic, message)));
  };
  return {
    set: (alarm) =>
      void watched.set(alarm.name, { alarm, state: watched.get(alarm.name)?.state ?? 'INSUFFICIENT_DATA', brokenSince: undefined }),
    remove: (name) => void watched.delete(name),
    list: () => [...watched.values()].map(({ alarm, state }) => ({ alarm, state })),
    check: async (now) => {
      for (const one of watched.values()) {
        const { alarm } = one;
        const value = metrics.read(alarm.metric, now);
        if (value === undefined || (value === 'missing' && alarm.silence === 'ignore')) continue;
        one.brokenSince = isBroken(alarm, value) ? (one.brokenSince ?? now) : undefined;
        const state = decideState(one, now);
        if (state !== one.state) await change(one, state, value);
      }
    },
  };
}

export function parseAlarm(name: string, properties: Properties): Alarm {
  const dimensions = recordsOf(properties['Dimensions']).map((dimension) => [
    requiredText(dimension, 'Name'),
    textOf(dimension['Value']) ?? '',
  ]);
  const periods = numberOf(properties['EvaluationPeriods']) ?? 1;
  const periodSeconds = numberOf(properties['Period']) ?? 60;
  return {
    name,
    description: textOf(properties['AlarmDescription']) ?? '',
    metric: {
      namespace: textOf(properties['Namespace']) ?? '',
      name: textOf(properties['MetricName']) ?? '',
      dimensions: Object.fromEntries(dimensions),
      periodSeconds,
      statistic: textOf(properties['Statistic']) ?? 'Average',
    },
    silence: silenceOf(textOf(properties['TreatMissingData'])),
    comparison: requiredText(properties, 'ComparisonOperator'),
    threshold: numberOf(properties['Threshold']) ?? 0,
    // The first period has passed when the metric is there; nobody waits a minute for it here.
    patienceSeconds: (periods - 1) * periodSeconds,
    alarmTopics: textsOf(properties['AlarmActions']).filter(isTopic),
    okTopics: textsOf(properties['OKActions']).filter(isTopic),
  };
}

/** What CloudWatch makes INSUFFICIENT_DATA of stays as it was here. */
function silenceOf(treatment: string | undefined): Alarm['silence'] {
  return treatment === 'breaching' || treatment === 'notBreaching' ? treatment : 'ignore';
}

function isBroken(alarm: Alarm, value: number | 'missing'): boolean {
  if (value === 'missing') return alarm.silence === 'breaching';
  return COMPARISONS[alarm.comparison]?.(value, alarm.threshold) ?? false;
}

function decideState({ alarm, state, brokenSince }: Watched, now: Date): AlarmState {
  if (brokenSince === undefined) return 'OK';
  return now.getTime() - brokenSince.getTime() >= alarm.patienceSeconds * 1000 ? 'ALARM' : state;
}

function isTopic(arn: string): boolean {
  return arn.startsWith('arn:aws:sns:');
}

/** The fields CloudWatch sends, laid out for people too: here they are read in the mail inbox. */
function describeChange(
  alarm: Alarm,
  { before, state, value }: { readonly before: AlarmState; readonly state: AlarmState; readonly value: number | 'missing' },
): string {
  const { name, dimensions } = alarm.metric;
  const reason = `${name} of ${Object.values(dimensions).join(', ')} is ${value}, the threshold is ${alarm.threshold}`;
  return JSON.stringify(
    { AlarmName: alarm.name, AlarmDescription: alarm.description, NewStateValue: state, OldStateValue: before, NewStateReason: reason },
    undefined,
    2,
  );
}
