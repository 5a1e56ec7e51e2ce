import type { DedicatedConnection } from '../database/dedicated-connection.ts';

/**
 * A copy of a handled message can wait 14 days in its queue, 14 in the dead-letter queue, and, redriven on the last of them, 14 in the queue again; the rest is
 * margin. The inbox must know it that long.
 */
export const INBOX_DAYS = 45;
/** Clients retry within minutes. */
const IDEMPOTENCY_DAYS = 2;
/** Short statements: pruning must not hold locks that handlers wait for. */
const ROWS_A_STATEMENT = 1_000;

const AGES = [
  { table: 'inbox_messages', column: 'received_at', days: INBOX_DAYS },
  { table: 'message_failures', column: 'last_failed_at', days: INBOX_DAYS },
  { table: 'idempotency_keys', column: 'created_at', days: IDEMPOTENCY_DAYS },
] as const;

/**
 * Removes rows of inbox, failures and idempotency keys that nothing can ask for any more, some at a time. Ages are measured by database time.
 * @returns whether there is more to remove
 */
export async function pruneMessagingTables(connection: DedicatedConnection): Promise<boolean> {
  let hasMore = false;
  for (const { table, column, days } of AGES) {
    const removed = await connection.execute(
      `DELETE FROM ${table} WHERE ${column} < UTC_TIMESTAMP(3) - INTERVAL ${days} DAY ORDER BY ${column} LIMIT ${ROWS_A_STATEMENT}`,
    );
    if (removed === ROWS_A_STATEMENT) hasMore = true;
  }
  return hasMore;
}
