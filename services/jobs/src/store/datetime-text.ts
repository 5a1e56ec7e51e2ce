/** A DATETIME(3) in UTC: Sequelize writes a Date into a raw statement without its milliseconds. */
export function toDatetimeText(instant: Date): string {
  return instant.toISOString().replace('T', ' ').replace('Z', '');
}
