import { UsageError } from './usage-error.ts';

/** Milliseconds of each unit an operator may write. */
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(s|m|h|d)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;

/** `90s`, `15m`, `2h`, `3d` in milliseconds. @throws UsageError that names the option */
export function parseDuration(option: string, text: string): number {
  const durationMs = findDuration(text);
  if (durationMs === undefined)
    throw new UsageError(`--${option} cannot be ${JSON.stringify(text)}: it is a number with a unit, such as 90s, 15m, 2h or 3d.`);
  return durationMs;
}

function findDuration(text: string): number | undefined {
  const [, amount = '', unit = 's'] = DURATION.exec(text) ?? [];
  return amount === '' ? undefined : Number(amount) * parseUnit(unit);
}

function parseUnit(unit: string): number {
  return UNITS[unit as keyof typeof UNITS];
}

/**
 * An instant in epoch milliseconds: ISO 8601 (UTC unless it has an offset), a date, `now`, or a duration before now.
 * @throws UsageError that names the option
 */
export function parseInstant(option: string, text: string, nowMs: number): number {
  if (text === 'now') return nowMs;
  const agoMs = findDuration(text);
  if (agoMs !== undefined) return nowMs - agoMs;
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text);
  const isInstant = DATE.test(text) || DATE_TIME.test(text);
  const instantMs = isInstant ? Date.parse(DATE.test(text) || hasZone ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(instantMs))
    throw new UsageError(
      `--${option} cannot be ${JSON.stringify(text)}: it is a time such as 2026-11-22T14:00Z or 2026-11-22, now, or how long ago, such as 2h.`,
    );
  return instantMs;
}

/** The largest whole unit: `45 s`, `12 m`, `3 h`, `2 d`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < UNITS.m) return `${Math.floor(ms / UNITS.s)} s`;
  if (ms < UNITS.h) return `${Math.floor(ms / UNITS.m)} m`;
  return ms < 2 * UNITS.d ? `${Math.floor(ms / UNITS.h)} h` : `${Math.floor(ms / UNITS.d)} d`;
}
