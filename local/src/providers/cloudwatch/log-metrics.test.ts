import { describe, expect, it } from '@jest/globals';
import { createAlarmWatch, parseAlarm } from './alarms.ts';
import { createLogMetrics } from './log-metrics.ts';

const PERIOD_MS = 60_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const after = (periods: number): Date => new Date(start + periods * PERIOD_MS);
const metricOf = (service: string) => ({
  namespace: 'Torii',
  name: 'OutboxLagSeconds',
  dimensions: { Service: service },
  periodSeconds: 60,
  statistic: 'Maximum',
});
const sumOf = (service: string) => ({ ...metricOf(service), name: 'OutboxRows', statistic: 'Sum' });

/** A line as the relay writes it. */
function lineOf(service: string, lag: number): string {
  const Metrics = [{ Name: 'OutboxLagSeconds', Unit: 'Seconds' }, { Name: 'OutboxRows' }];
  return JSON.stringify({
    level: 'info',
    _aws: { Timestamp: start, CloudWatchMetrics: [{ Namespace: 'Torii', Dimensions: [['Service']], Metrics }] },
    Service: service,
    OutboxLagSeconds: lag,
    OutboxRows: 3,
  });
}

describe('metrics in log lines', () => {
  it('are those of the last line, by dimension', () => {
    const metrics = createLogMetrics();
    metrics.observe(lineOf('catalog', 7), after(0));
    metrics.observe(lineOf('catalog', 9), after(1));
    metrics.observe(lineOf('jobs', 1), after(1));
    expect(metrics.read(metricOf('catalog'), after(1))).toBe(9);
    expect(metrics.read(metricOf('jobs'), after(1))).toBe(1);
    expect(metrics.read({ ...metricOf('jobs'), name: 'OutboxRows' }, after(1))).toBe(3);
  });

  it('are missing when no line came for two periods, or ever', () => {
    const metrics = createLogMetrics();
    metrics.observe(lineOf('catalog', 7), after(0));
    expect(metrics.read(metricOf('catalog'), after(2))).toBe(7);
    expect(metrics.read(metricOf('catalog'), after(2.1))).toBe('missing');
    expect(metrics.read(metricOf('identity'), after(0))).toBe('missing');
  });

  it('are added up over their period, and since the start', () => {
    const metrics = createLogMetrics();
    for (const period of [0, 0.2, 0.4]) metrics.observe(lineOf('catalog', 1), after(period));
    expect(metrics.read(sumOf('catalog'), after(0.5))).toBe(9);
    expect(metrics.read(sumOf('catalog'), after(1.1))).toBe(6);
    expect(metrics.read(sumOf('catalog'), after(2))).toBe('missing');
    expect(metrics.total(sumOf('catalog'))).toBe(9);
    expect(metrics.total(sumOf('jobs'))).toBe(0);
    expect(metrics.total({ ...sumOf('jobs'), namespace: 'AWS/ECS' })).toBeUndefined();
  });

  it('are nothing that AWS itself would measure', () => {
    expect(createLogMetrics().read({ ...metricOf('catalog'), namespace: 'AWS/ECS' }, after(0))).toBeUndefined();
  });

  it.each(['plain "_aws" text', '{"_aws": broken', '{"_aws":{}}', JSON.stringify({ _aws: { CloudWatchMetrics: [{}] } })])(
    'do not mind the line %s',
    (line) => {
      expect(() => createLogMetrics().observe(line)).not.toThrow();
    },
  );
});

describe('an alarm on a logged metric', () => {
  const properties = {
    Namespace: 'Torii',
    MetricName: 'OutboxLagSeconds',
    Dimensions: [{ Name: 'Service', Value: 'catalog' }],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 60,
    EvaluationPeriods: 3,
    Period: 60,
    AlarmActions: ['arn:aws:sns:eu-west-1:222222222222:alarms'],
  };
  const createWatch = (more: Readonly<Record<string, string>>) => {
    const metrics = createLogMetrics();
    const messages: string[] = [];
    const watch = createAlarmWatch(metrics, { publish: async (_topic, body) => void messages.push(body) });
    watch.set(parseAlarm('lag', { ...properties, ...more }));
    return { metrics, messages, watch, state: () => watch.list()[0]?.state };
  };

  it('rings when the value has been too high for its periods', async () => {
    const { metrics, messages, watch, state } = createWatch({});
    for (const period of [0, 1, 2]) {
      expect(state()).toBe('INSUFFICIENT_DATA');
      metrics.observe(lineOf('catalog', 61), after(period));
      await watch.check(after(period));
    }
    expect(state()).toBe('ALARM');
    expect(messages.join()).toContain('OutboxLagSeconds of catalog is 61, the threshold is 60');
  });

  it('rings in silence when the template says so', async () => {
    const { metrics, watch, state } = createWatch({ TreatMissingData: 'breaching' });
    metrics.observe(lineOf('catalog', 0), after(0));
    await watch.check(after(0));
    expect(state()).toBe('OK');
    for (const period of [3, 4, 5]) await watch.check(after(period));
    expect(state()).toBe('ALARM');
  });

  it('is over in silence when the template says so', async () => {
    const { metrics, messages, watch, state } = createWatch({ TreatMissingData: 'notBreaching', EvaluationPeriods: '1' });
    metrics.observe(lineOf('catalog', 61), after(0));
    await watch.check(after(0));
    expect(state()).toBe('ALARM');
    await watch.check(after(3));
    expect(state()).toBe('OK');
    expect(messages).toHaveLength(1);
  });

  it('keeps its state in silence otherwise', async () => {
    const { metrics, watch, state } = createWatch({ EvaluationPeriods: '1' });
    metrics.observe(lineOf('catalog', 61), after(0));
    await watch.check(after(0));
    for (const period of [3, 4, 5]) await watch.check(after(period));
    expect(state()).toBe('ALARM');
  });
});
