import { QueryTypes, type Transaction } from 'sequelize';
import type { Database } from '../database/connect-database.ts';
import { groupStatement } from '../database/group-commit.ts';
import { JOINS_NEXT } from '../database/join-statements.ts';

// Every statement on idempotency_keys of requests; each takes any number of keys.

export interface KeyScope {
  readonly database: Database;
  readonly tx: Transaction;
}

export interface KeyRow {
  readonly userId: string;
  readonly key: string;
  readonly fingerprint: string;
}

export interface StoredResponse {
  readonly fingerprint: string;
  /** JSON of a RouteResponse. */
  readonly response: string;
}

/** Each person has keys of their own. */
export function identityOf({ userId, key }: Pick<KeyRow, 'userId' | 'key'>): string {
  return `${userId} ${key}`;
}

/**
 * The insert waits for a transaction that holds one of the keys: afterwards that is either free or answered.
 * @returns the identities of keys that were free
 */
export async function claimKeys({ database, tx }: KeyScope, rows: readonly KeyRow[]): Promise<ReadonlySet<string>> {
  const claimed = await database.sequelize.query<{ user_id: string; idempotency_key: string }>(
    `${groupStatement(tx)}INSERT IGNORE INTO idempotency_keys (user_id, idempotency_key, fingerprint) VALUES ? RETURNING user_id, idempotency_key`,
    {
      transaction: tx,
      type: QueryTypes.SELECT,
      replacements: [rows.map(({ userId, key, fingerprint }) => [userId, key, fingerprint])],
    },
  );
  return new Set(claimed.map((row) => identityOf({ userId: row.user_id, key: row.idempotency_key })));
}

/** @returns by identity */
export async function selectResponses({ database, tx }: KeyScope, rows: readonly KeyRow[]): Promise<ReadonlyMap<string, StoredResponse>> {
  if (rows.length === 0) return new Map();
  const found = await database.sequelize.query<StoredResponse & { readonly userId: string; readonly key: string }>(
    `SELECT user_id AS userId, idempotency_key AS \`key\`, fingerprint, response FROM idempotency_keys WHERE ${matching(rows)}`,
    { transaction: tx, type: QueryTypes.SELECT, replacements: rows.flatMap(({ userId, key }) => [userId, key]) },
  );
  return new Map(found.map((row) => [identityOf(row), row]));
}

/** Every row is there, claimed by this transaction. */
export async function saveResponses({ database, tx }: KeyScope, rows: readonly (KeyRow & StoredResponse)[]): Promise<void> {
  if (rows.length === 0) return;
  await database.sequelize.query(
    `${JOINS_NEXT}INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, response) VALUES ?
     ON DUPLICATE KEY UPDATE response = VALUES(response)`,
    { transaction: tx, replacements: [rows.map(({ userId, key, fingerprint, response }) => [userId, key, fingerprint, response])] },
  );
}

export async function freeKeys({ database, tx }: KeyScope, rows: readonly KeyRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.sequelize.query(`${JOINS_NEXT}DELETE FROM idempotency_keys WHERE ${matching(rows)}`, {
    transaction: tx,
    replacements: rows.flatMap(({ userId, key }) => [userId, key]),
  });
}

/** Written out: MariaDB reads, and locks, the whole table for keys in the tuple form. */
function matching(rows: readonly KeyRow[]): string {
  return rows.map(() => '(user_id = ? AND idempotency_key = ?)').join(' OR ');
}
