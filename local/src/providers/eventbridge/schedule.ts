// When a schedule fires: `rate(…)`, `cron(…)` in AWS's six fields, `at(…)`.
// Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { Cron } from 'croner';

export interface Schedule {
  /** The first time after `after`; undefined when there is none any more. */
  next(after: Date): Date | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** @throws Error naming the expression. */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) return rateSchedule(Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? 0));
  const cron = /^cron\((\S+ \S+ \S+ \S+ \S+ \S+)\)$/.exec(expression);
  if (cron?.[1] !== undefined) return cronSchedule(cron[1], timezone);
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression);
  if (at?.[1] !== undefined) return cronSchedule(at[1], timezone);
  throw new Error(`Schedule ${expression} cannot be kept: it is no rate(…), cron(…) or at(…)`);
}

function rateSchedule(everyMs: number): Schedule {
  if (everyMs <= 0) throw new Error('A schedule cannot be kept: its rate is not positive');
  return { next: (after) => new Date(after.getTime() + everyMs) };
}

/** Six fields of AWS, or an instant, which croner takes as well. */
function cronSchedule(fields: string, timezone: string): Schedule {
  // AWS counts weekdays from 1 (Sunday) and writes `0/15` for `*/15`; it has no seconds.
  const options = { timezone, alternativeWeekdays: true, sloppyRanges: true, paused: true };
  const cron = new Cron(fields.includes('T') ? fields : `0 ${fields}`, options);
  return { next: (after) => cron.nextRun(after) ?? undefined };
}

/** Timers count in 32 bits; a longer wait is taken in pieces. */
const MAX_WAIT_MS = 86_400_000;

/** Fires until stopped; the returned function stops it. A machine that slept fires once, late. */
export function runSchedule(schedule: Schedule, fire: (at: Date) => void, now: () => Date = () => new Date()): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (due: Date): void => {
    const remaining = due.getTime() - now().getTime();
    timer = setTimeout(() => (remaining > MAX_WAIT_MS ? wait(due) : ring(due)), Math.min(Math.max(remaining, 0), MAX_WAIT_MS)).unref();
  };
  const ring = (due: Date): void => {
    fire(due);
    plan(now());
  };
  const plan = (after: Date): void => {
    const due = schedule.next(after);
    if (due !== undefined) wait(due);
  };
  plan(now());
  return () => clearTimeout(timer);
}
