import type { QueryInterface } from 'sequelize';

// A copy of the catalog's items as their events tell them, and nothing else: built again from the same events, the rows are
// the same byte for byte. A deleted item is its id and last version. Skus and categories compare as in catalog.
// InnoDB ends every secondary index with the primary key, which is the order of an export.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS item_copies (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      version INT UNSIGNED NOT NULL,
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
      sku VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      name VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      description TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      category VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      price_minor BIGINT UNSIGNED NULL,
      price_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
      -- Null when the item was deleted.
      status VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
      attributes MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      -- Null when no message told it.
      created_at DATETIME(3) NULL,
      updated_at DATETIME(3) NULL,
      KEY item_copies_status_category (status, category),
      KEY item_copies_status (status),
      KEY item_copies_owner (owner_id, status)
    ) ENGINE = InnoDB`);
}
