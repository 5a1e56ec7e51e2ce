import type { QueryInterface } from 'sequelize';

// Until when somebody works on a job, by the database's clock: whatever writes a job renews it, and a job whose lease has run
// out is resumed. `touched_at` stays for tasks of the version before.
const JOBS = `
  ALTER TABLE jobs
    -- Null for work of the platform itself.
    MODIFY COLUMN owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN IF NOT EXISTS resumes INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS lease_until DATETIME(3) NOT NULL DEFAULT (NOW(3) + INTERVAL 5 MINUTE),
    ADD KEY IF NOT EXISTS jobs_by_lease (status, lease_until)`;

/** Where each batch that was sent stands in the file, so that one without an answer can be sent again. */
const BATCH_PLACES = `
  CREATE TABLE IF NOT EXISTS import_batch_places (
    job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    attempt INT UNSIGNED NOT NULL,
    batch_number INT UNSIGNED NOT NULL,
    start_byte BIGINT UNSIGNED NOT NULL,
    end_byte BIGINT UNSIGNED NOT NULL,
    rows_before INT UNSIGNED NOT NULL,
    -- The resume that sent it last; 0 is the first sending.
    resent INT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, attempt, batch_number)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  for (const statement of [JOBS, BATCH_PLACES]) await context.sequelize.query(statement);
}
