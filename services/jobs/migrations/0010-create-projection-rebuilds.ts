import type { QueryInterface } from 'sequelize';

// The last time that a projection was emptied, by the database's clock, so that nobody reads it before it is whole again.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS projection_rebuilds (
      projection VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      -- Id of the command that emptied it.
      emptied_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      begun_at DATETIME(3) NOT NULL,
      -- Null until everything that was replayed has been handled.
      ended_at DATETIME(3) NULL
    ) ENGINE = InnoDB`);
}
