import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import { JOINS_NEXT } from '../database/join-statements.ts';

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

/** A stored message as it is planned with; only small bodies are read along with it. */
export interface OutboxHead extends Pick<OutboxRow, 'destination' | 'type' | 'aggregateId'> {
  /** Id in the database. */
  readonly id: number;
  /** Size of the body. */
  readonly bytes: number;
  /** Null when it is larger than `INLINE_BYTES`. */
  readonly body: string | null;
  readonly traceparent: string | null;
  readonly createdAt: Date;
}

/** A stored message as it is published. */
export interface StoredOutboxRow extends OutboxHead {
  readonly body: string;
}

/** Times the rows of a read it bounds what a read holds in memory: 1000 rows of any size are 16 MiB at most. */
const INLINE_BYTES = 16 * 1024;

/** Escaped, a body can be twice as long in a statement, and `max_allowed_packet` is 16 MiB unless somebody changes it. */
const STATEMENT_BYTES = 4 * 1024 * 1024;

export async function insertOutboxRows(sequelize: Sequelize, tx: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  for (const part of cutByBytes(rows)) {
    await sequelize.query(
      `${JOINS_NEXT}INSERT INTO outbox_messages (message_id, destination, type, aggregate_id, body, traceparent) VALUES ${part.map(() => '(?, ?, ?, ?, ?, ?)').join(', ')}`,
      {
        transaction: tx,
        type: QueryTypes.INSERT,
        replacements: part.flatMap((row) => [row.messageId, row.destination, row.type, row.aggregateId, row.body, row.traceparent ?? null]),
      },
    );
  }
}

/** Nearly always one part. */
function cutByBytes(rows: readonly OutboxRow[]): readonly (readonly OutboxRow[])[] {
  const parts: OutboxRow[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = Buffer.byteLength(row.body);
    if (bytes + size > STATEMENT_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(row);
    bytes += size;
  }
  return parts;
}

/** Rows that a read leaves out. */
export interface Except {
  /** Those that are being published, or wait for their deletion. */
  readonly ids: ReadonlySet<number>;
  readonly destinations: readonly string[];
  readonly aggregateIds: readonly string[];
}

/**
 * Always from the start, never from a cursor: ids become visible in the order of commits, not of their numbers, and a
 * cursor loses what commits late. Not locking, so that it never waits for a producer or makes one wait.
 */
export function selectOutboxHeads(connection: DedicatedConnection, limit: number, except: Except): Promise<readonly OutboxHead[]> {
  const conditions = [
    ['id', [...except.ids]],
    ['destination', except.destinations],
    ['aggregate_id', except.aggregateIds],
  ] as const;
  const used = conditions.filter(([, values]) => values.length > 0);
  const where = used.length === 0 ? '' : `WHERE ${used.map(([column]) => `${column} NOT IN (?)`).join(' AND ')}`;
  return connection.query<OutboxHead>(
    `SELECT id, destination, type, aggregate_id AS aggregateId, OCTET_LENGTH(body) AS bytes,
       IF(OCTET_LENGTH(body) <= ${INLINE_BYTES}, body, NULL) AS body, traceparent, created_at AS createdAt
     FROM outbox_messages ${where} ORDER BY id LIMIT ${limit}`,
    used.map(([, values]) => values),
  );
}

/** Bodies that were too large to be read ahead, by id. A row that is gone was published by an earlier leader. */
export async function selectOutboxBodies(connection: DedicatedConnection, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await connection.query<{ id: number; body: string }>('SELECT id, body FROM outbox_messages WHERE id IN (?)', [ids]);
  return new Map(rows.map(({ id, body }) => [id, body]));
}

export interface OutboxLag {
  /** Age of the oldest row by the database's clock, in seconds; 0 when there is none. */
  readonly seconds: number;
  /** Rows, counted up to `MAX_COUNTED`. */
  readonly rows: number;
}

/** More says nothing more, and counting reads every row. */
const MAX_COUNTED = 100_000;

/** Writers' sessions are in UTC; a session of another zone would be hours behind. */
export async function selectOutboxLag(connection: DedicatedConnection): Promise<OutboxLag> {
  const [lag] = await connection.query<{ seconds: number | null; rows: number }>(
    `SELECT (SELECT TIMESTAMPDIFF(MICROSECOND, created_at, UTC_TIMESTAMP(3)) / 1000000 + 0E0 FROM outbox_messages ORDER BY id LIMIT 1) AS seconds,
       (SELECT COUNT(*) FROM (SELECT id FROM outbox_messages LIMIT ${MAX_COUNTED}) AS counted) AS \`rows\``,
  );
  return { seconds: Math.max(0, lag?.seconds ?? 0), rows: lag?.rows ?? 0 };
}

/** By primary key alone: other plans lock what producers insert beside it. */
export async function deleteOutboxRows(connection: DedicatedConnection, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await connection.query('DELETE FROM outbox_messages WHERE id IN (?)', [ids]);
}
