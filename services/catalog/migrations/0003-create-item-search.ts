import type { QueryInterface } from 'sequelize';

// Apart from `items`, so that lists and bulk writes do not carry the text, and a change of price does not index it again.
// `tokens` is ASCII made by domain/search-text.ts; `text` is compared byte for byte.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    CREATE TABLE IF NOT EXISTS item_search (
      item_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      text MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      tokens MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      FULLTEXT KEY item_search_tokens (tokens)
    ) ENGINE = InnoDB`);
}
