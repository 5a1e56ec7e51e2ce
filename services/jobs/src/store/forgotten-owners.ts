import type { Database } from '@torii/chassis';
import type { UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';

/** Asked after a row of the owner was written, under its lock: who forgets the owner either sees that row or is seen here. */
export async function isForgotten(database: Database, tx: Transaction | null, ownerId: UserId): Promise<boolean> {
  const rows = await database.sequelize.query('SELECT 1 FROM forgotten_owners WHERE owner_id = ?', {
    replacements: [ownerId],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.length > 0;
}

/** From its commit on nothing is accepted from this owner; saying it again changes nothing. */
export async function rememberForgotten(database: Database, ownerId: UserId): Promise<void> {
  await database.sequelize.query('INSERT IGNORE INTO forgotten_owners (owner_id) VALUES (?)', { replacements: [ownerId] });
}
