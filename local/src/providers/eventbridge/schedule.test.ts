import { describe, expect, it, jest } from '@jest/globals';
import { parseSchedule, runSchedule } from './schedule.ts';

describe('a schedule', () => {
  it.each([
    // 2026-01-01 is a Thursday.
    ['rate(5 minutes)', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
    ['rate(1 day)', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
    ['cron(0 2 * * ? *)', '2026-01-01T03:00:00Z', '2026-01-02T02:00:00.000Z'],
    ['cron(0/15 9 ? * MON-FRI *)', '2026-01-02T09:45:00Z', '2026-01-05T09:00:00.000Z'],
    ['cron(0 12 ? * 1 *)', '2026-01-01T00:00:00Z', '2026-01-04T12:00:00.000Z'],
    ['cron(0 10 1 * ? *)', '2026-01-01T10:00:00Z', '2026-02-01T10:00:00.000Z'],
    ['cron(0 0 L * ? *)', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['cron(0 8 1 1 ? 2027)', '2026-01-01T10:00:00Z', '2027-01-01T08:00:00.000Z'],
    ['at(2026-03-01T08:00:00)', '2026-01-01T00:00:00Z', '2026-03-01T08:00:00.000Z'],
  ])('%s fires next after %s at %s', (expression, after, expected) => {
    expect(parseSchedule(expression).next(new Date(after))?.toISOString()).toBe(expected);
  });

  it('keeps the time of its zone over a change of clocks', () => {
    const schedule = parseSchedule('cron(0 9 * * ? *)', 'Europe/Berlin');
    expect(schedule.next(new Date('2026-03-28T12:00:00Z'))?.toISOString()).toBe('2026-03-29T07:00:00.000Z');
  });

  it('has no next time once its last has passed', () => {
    expect(parseSchedule('at(2026-03-01T08:00:00)').next(new Date('2026-03-02T00:00:00Z'))).toBeUndefined();
  });

  it.each(['every day', 'rate(0 minutes)', 'rate(5 weeks)', 'cron(0 2 * *)', 'cron(99 2 * * ? *)'])('refuses %s', (expression) => {
    expect(() => parseSchedule(expression).next(new Date(0))).toThrow();
  });

  it('fires until it is stopped, waits longer than a timer can included', () => {
    jest.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
    try {
      const fired: string[] = [];
      const stop = runSchedule(parseSchedule('cron(0 0 1 * ? *)'), (at) => fired.push(at.toISOString()));
      jest.advanceTimersByTime(62 * 86_400_000);
      stop();
      jest.advanceTimersByTime(62 * 86_400_000);
      expect(fired).toEqual(['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z']);
    } finally {
      jest.useRealTimers();
    }
  });
});
