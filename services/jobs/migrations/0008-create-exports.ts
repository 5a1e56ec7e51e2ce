import type { QueryInterface } from 'sequelize';

// One row per attempt of an export: its checkpoint.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS exports (
      job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attempt INT UNSIGNED NOT NULL,
      file_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      -- S3's id of the multipart upload; null until the first part is full.
      upload_id VARCHAR(1100) CHARACTER SET ascii COLLATE ascii_bin NULL,
      -- Numbers given out so far. Two workers never write the same part.
      parts_claimed INT UNSIGNED NOT NULL DEFAULT 0,
      -- Numbers and ETags of the parts that are in the file, in its order.
      parts MEDIUMTEXT NOT NULL,
      -- What was read and is too little for a part.
      tail MEDIUMTEXT NOT NULL,
      -- Id of the last item in parts and tail.
      last_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
      rows_read INT UNSIGNED NOT NULL DEFAULT 0,
      -- Size of the parts.
      size_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
      read_all BOOLEAN NOT NULL DEFAULT FALSE,
      PRIMARY KEY (job_id, attempt)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
}
