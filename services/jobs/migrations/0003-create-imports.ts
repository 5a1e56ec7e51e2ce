import type { QueryInterface } from 'sequelize';

const JOB_ID = 'job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';

/** One row per attempt of an import: its checkpoint and its counts. */
const IMPORTS = `
  CREATE TABLE IF NOT EXISTS imports (
    ${JOB_ID},
    attempt INT UNSIGNED NOT NULL,
    upload_key VARCHAR(500) NOT NULL,
    -- ETag of the object when the attempt began; a slice refuses to go on with another file.
    upload_tag VARCHAR(200) NOT NULL,
    size_bytes BIGINT UNSIGNED NOT NULL,
    mapping MEDIUMTEXT NOT NULL,
    -- Columns, delimiter and encoding; null until the first slice has looked.
    shape MEDIUMTEXT NULL,
    byte_offset BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_read INT UNSIGNED NOT NULL DEFAULT 0,
    batches_sent INT UNSIGNED NOT NULL DEFAULT 0,
    batches_applied INT UNSIGNED NOT NULL DEFAULT 0,
    sent_all BOOLEAN NOT NULL DEFAULT FALSE,
    created INT UNSIGNED NOT NULL DEFAULT 0,
    updated INT UNSIGNED NOT NULL DEFAULT 0,
    unchanged INT UNSIGNED NOT NULL DEFAULT 0,
    rejected INT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, attempt)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** Batches that catalog has applied, so that an event that comes twice counts once. */
const IMPORT_BATCHES = `
  CREATE TABLE IF NOT EXISTS import_batches (
    ${JOB_ID},
    attempt INT UNSIGNED NOT NULL,
    batch_number INT UNSIGNED NOT NULL,
    PRIMARY KEY (job_id, attempt, batch_number)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

const IMPORT_REJECTIONS = `
  CREATE TABLE IF NOT EXISTS import_rejections (
    ${JOB_ID},
    attempt INT UNSIGNED NOT NULL,
    \`row_number\` INT UNSIGNED NOT NULL,
    code VARCHAR(60) NOT NULL,
    message VARCHAR(500) NOT NULL,
    -- The row as it stands in the file; null when catalog refused it.
    cells MEDIUMTEXT NULL,
    PRIMARY KEY (job_id, attempt, \`row_number\`)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** Skus seen so far in the file, to find repeated ones; emptied when the attempt is over. */
const IMPORT_SKUS = `
  CREATE TABLE IF NOT EXISTS import_skus (
    ${JOB_ID},
    attempt INT UNSIGNED NOT NULL,
    -- Compared byte for byte, as catalog does.
    sku VARCHAR(64) COLLATE utf8mb4_nopad_bin NOT NULL,
    \`row_number\` INT UNSIGNED NOT NULL,
    PRIMARY KEY (job_id, attempt, sku)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  for (const statement of [IMPORTS, IMPORT_BATCHES, IMPORT_REJECTIONS, IMPORT_SKUS]) await context.sequelize.query(statement);
}
