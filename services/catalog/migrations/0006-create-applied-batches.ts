import type { QueryInterface } from 'sequelize';

// Which batches of which imports had their effect, and what was answered. A batch may come in more than one message, hours or
// days apart: by then its rows may be older than what people have made of the items.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS applied_batches (
      job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attempt INT UNSIGNED NOT NULL,
      batch_number INT UNSIGNED NOT NULL,
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      -- Data of catalog.import-batch.applied.v1; empty until the transaction that claims the batch commits.
      answer MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      PRIMARY KEY (job_id, attempt, batch_number),
      KEY applied_batches_owner (owner_id),
      KEY applied_batches_age (applied_at)
    ) ENGINE = InnoDB`);
}
