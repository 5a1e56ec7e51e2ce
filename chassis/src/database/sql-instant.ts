/**
 * An instant as a DATETIME(3) in UTC: `2026-05-01T10:00:00.123Z` → `2026-05-01 10:00:00.123`. Sequelize writes a Date into a raw statement without
 * its milliseconds.
 */
export function toSqlInstant(instant: string | Date): string {
  return new Date(instant).toISOString().replace('T', ' ').replace('Z', '');
}
