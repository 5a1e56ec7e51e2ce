import { describe, expect, it } from '@jest/globals';
import { toSqlInstant } from './sql-instant.ts';

describe('toSqlInstant', () => {
  it.each([
    '2026-05-01T10:00:00.123Z',
    '2026-05-01T10:00:00.123456Z',
    '2026-05-01T12:00:00.123+02:00',
    new Date('2026-05-01T10:00:00.123Z'),
  ])('is in UTC with milliseconds: %s', (instant) => {
    expect(toSqlInstant(instant)).toBe('2026-05-01 10:00:00.123');
  });

  it('has milliseconds where a sender leaves them out, as EventBridge does', () => {
    expect(toSqlInstant('2026-05-01T10:00:00Z')).toBe('2026-05-01 10:00:00.000');
  });
});
