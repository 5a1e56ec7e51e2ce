import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { JOINS_BEGIN } from '../database/join-statements.ts';

/**
 * Claims messages for a consumer, in the transaction of their effect. @returns the ids that are new; the others have had
 * their effect. A claim under way in another transaction is waited for, so one message never takes effect twice at once.
 */
export async function claimMessages(
  sequelize: Sequelize,
  tx: Transaction,
  consumer: string,
  messageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  // Everybody inserts in the same order, so that two batches with common messages cannot deadlock.
  const ids = [...new Set(messageIds)].sort();
  const rows = await sequelize.query<{ message_id: string }>(
    `${JOINS_BEGIN}INSERT IGNORE INTO inbox_messages (consumer, message_id) VALUES ${ids.map(() => '(?, ?)').join(', ')} RETURNING message_id`,
    { transaction: tx, type: QueryTypes.SELECT, replacements: ids.flatMap((id) => [consumer, id]) },
  );
  return new Set(rows.map(({ message_id: id }) => id));
}
