import type { UserId } from '@torii/contracts';
import { QueryTypes, type Sequelize } from 'sequelize';
import { type CategoryCount, MAX_FACETS } from '../domain/facets.ts';

/** Categories of listed items. Reads an index only, but all of its listed part: callers cache. */
export async function countListedCategories(sequelize: Sequelize): Promise<readonly CategoryCount[]> {
  return count(sequelize, "status = 'listed'", []);
}

/** Categories of what only its owner sees. */
export async function countUnlistedCategories(sequelize: Sequelize, ownerId: UserId): Promise<readonly CategoryCount[]> {
  return count(sequelize, "owner_id = ? AND status IN ('draft', 'retired')", [ownerId]);
}

async function count(sequelize: Sequelize, where: string, values: readonly string[]): Promise<readonly CategoryCount[]> {
  const sql = `SELECT category AS name, COUNT(*) AS count FROM items WHERE ${where} AND category IS NOT NULL
    GROUP BY category ORDER BY count DESC, category LIMIT ?`;
  return sequelize.query<CategoryCount>(sql, { replacements: [...values, MAX_FACETS], type: QueryTypes.SELECT });
}
