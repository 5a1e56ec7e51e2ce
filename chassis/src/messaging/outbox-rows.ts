import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import type { DedicatedConnection } from '../database/dedicated-connection.ts';

// Every statement on outbox_messages.

/** A message that waits for its publication. */
export interface OutboxRow {
  readonly messageId: string;
  /** `topic`, or the name of a command queue. */
  readonly destination: string;
  readonly type: string;
  readonly aggregateId: string;
  /** The whole envelope as JSON; the relay does not look inside. */
  readonly body: string;
  readonly traceparent: string | undefined;
}

export interface StoredOutboxRow extends Omit<OutboxRow, 'traceparent'> {
  readonly id: number;
  readonly traceparent: string | null;
  readonly createdAt: Date;
}

export async function insertOutboxRows(sequelize: Sequelize, tx: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  await sequelize.query(
    `INSERT INTO outbox_messages (message_id, destination, type, aggregate_id, body, traceparent) VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?)').join(', ')}`,
    {
      transaction: tx,
      type: QueryTypes.INSERT,
      replacements: rows.flatMap((row) => [row.messageId, row.destination, row.type, row.aggregateId, row.body, row.traceparent ?? null]),
    },
  );
}

/**
 * Always from the start, never from a cursor: ids become visible in the order of commits, not of their numbers, and a
 * cursor loses what commits late. Not locking, so that it never waits for a producer or makes one wait.
 */
export function selectOutboxRows(
  connection: DedicatedConnection,
  limit: number,
  paused: readonly string[],
): Promise<readonly StoredOutboxRow[]> {
  const where = paused.length === 0 ? '' : 'WHERE destination NOT IN (?)';
  return connection.query<StoredOutboxRow>(
    `SELECT id, message_id AS messageId, destination, type, aggregate_id AS aggregateId, body, traceparent, created_at AS createdAt
     FROM outbox_messages ${where} ORDER BY id LIMIT ${limit}`,
    paused.length === 0 ? [] : [paused],
  );
}

/** By primary key alone: other plans lock what producers insert beside it. */
export async function deleteOutboxRows(connection: DedicatedConnection, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await connection.query('DELETE FROM outbox_messages WHERE id IN (?)', [ids]);
}
