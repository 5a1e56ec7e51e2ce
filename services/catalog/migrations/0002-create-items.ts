import type { QueryInterface } from 'sequelize';

// Skus and categories compare byte for byte (`nopad_bin`), as JavaScript compares them. InnoDB ends every secondary index
// with the primary key, so `(…, created_at)` is `(…, created_at, id)`: the order of every list (store/page-items.ts).
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS items (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      sku VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
      name VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
      description TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      category VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      price_minor BIGINT UNSIGNED NULL,
      price_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
      status VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attributes MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      version INT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      UNIQUE KEY items_owner_sku (owner_id, sku),
      KEY items_status (status, created_at),
      KEY items_status_category (status, category, created_at),
      KEY items_owner_status (owner_id, status, created_at),
      KEY items_owner_status_category (owner_id, status, category, created_at)
    ) ENGINE = InnoDB`);
}
