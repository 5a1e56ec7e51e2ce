import type { QueryInterface } from 'sequelize';

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS jobs (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      type VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      status VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attempt INT UNSIGNED NOT NULL,
      version INT UNSIGNED NOT NULL,
      input MEDIUMTEXT NOT NULL,
      progress_done INT UNSIGNED NOT NULL,
      progress_total INT UNSIGNED NULL,
      progress_unit VARCHAR(20) NOT NULL,
      result MEDIUMTEXT NULL,
      rejects_key VARCHAR(200) NULL,
      error MEDIUMTEXT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      -- Serves the list of an owner, newest first.
      KEY jobs_by_owner (owner_id, created_at, id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
}
