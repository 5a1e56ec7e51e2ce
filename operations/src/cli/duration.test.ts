import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration, parseInstant } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['3d', 259_200_000],
  ])('of %s is %i ms', (text, durationMs) => {
    expect(parseDuration('older-than', text)).toBe(durationMs);
  });

  it.each(['', '2', 'h', '-2h', '2w', '2 h'])('is refused as %j', (text) => {
    expect(() => parseDuration('older-than', text)).toThrow(`--older-than cannot be ${JSON.stringify(text)}: it is a number with a unit`);
  });

  it.each([
    [59_999, '59 s'],
    [60_000, '1 m'],
    [47 * 3_600_000, '47 h'],
    [49 * 3_600_000, '2 d'],
    [-5, '0 s'],
  ])('of %i ms is shown as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

describe('an instant', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');

  it.each([
    ['2026-11-22', '2026-11-22T00:00:00Z'],
    ['2026-11-22T10:30', '2026-11-22T10:30:00Z'],
    ['2026-11-22T10:30:15.250Z', '2026-11-22T10:30:15.250Z'],
    ['2026-11-22T10:30+09:00', '2026-11-22T01:30:00Z'],
    ['2h', '2026-11-22T10:00:00Z'],
    ['now', '2026-11-22T12:00:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant('from', text, now)).toBe(Date.parse(instant));
  });

  it.each(['yesterday', '2026-13-01', '22.11.2026', '2026-11-22T25:00Z'])('is refused as %s', (text) => {
    expect(() => parseInstant('from', text, now)).toThrow(`--from cannot be "${text}"`);
  });
});
