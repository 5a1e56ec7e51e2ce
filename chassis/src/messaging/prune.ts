import type { DedicatedConnection } from '../database/dedicated-connection.ts';

/** Queues keep 14 days and so do their dead-letter queues: a message can come again 28 days later. */
const INBOX_DAYS = 30;
/** Clients retry within minutes. */
const IDEMPOTENCY_DAYS = 2;
/** Short statements: pruning must not hold locks that handlers wait for. */
const ROWS_A_STATEMENT = 1_000;

/** Removes rows of inbox and idempotency keys that nothing can ask for any more. Ages are measured by database time. */
export async function pruneMessagingTables(connection: DedicatedConnection): Promise<void> {
  await connection.query(`DELETE FROM inbox_messages WHERE received_at < NOW(3) - INTERVAL ${INBOX_DAYS} DAY LIMIT ${ROWS_A_STATEMENT}`);
  await connection.query(
    `DELETE FROM idempotency_keys WHERE created_at < NOW(3) - INTERVAL ${IDEMPOTENCY_DAYS} DAY LIMIT ${ROWS_A_STATEMENT}`,
  );
}
