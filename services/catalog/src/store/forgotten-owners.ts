import { type Database, toSqlInstant } from '@torii/chassis';
import type { UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';

/** For a list of owners. Asked when rows of theirs have been written; see below. */
export const SELECT_FORGOTTEN = 'SELECT owner_id FROM forgotten_owners WHERE owner_id IN (?)';

/** Asked once the owner's new rows are written, and held: who forgets the owner either waits for those rows or is seen here. */
export async function isForgotten(database: Database, tx: Transaction, ownerId: UserId): Promise<boolean> {
  const rows = await database.sequelize.query('SELECT 1 FROM forgotten_owners WHERE owner_id = ?', {
    replacements: [ownerId],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.length > 0;
}

/** Remembers that this owner's items are to stay away; saying it again changes nothing. */
export async function rememberForgotten(database: Database, tx: Transaction, forgotten: { ownerId: UserId; at: string }): Promise<void> {
  await database.sequelize.query('INSERT IGNORE INTO forgotten_owners (owner_id, forgotten_at) VALUES (?, ?)', {
    replacements: [forgotten.ownerId, toSqlInstant(forgotten.at)],
    transaction: tx,
  });
}
