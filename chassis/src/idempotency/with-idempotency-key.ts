import { createHash } from 'node:crypto';
import { QueryTypes, type Transaction } from 'sequelize';
import { z } from 'zod';
import type { Database } from '../database/connect-database.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { RouteResponse } from '../http/route.ts';

export interface IdempotencyKey {
  /** The request's `Idempotency-Key`; absent: `run` simply runs. */
  readonly key: string | undefined;
  readonly userId: string;
  /** What the request asks for; the same key with another fingerprint is refused. */
  readonly fingerprint: string;
}

/** Schema of the `idempotency-key` header: printable ASCII, so that it is the same key in every log and index. */
export const idempotencyKeyHeader = z
  .string()
  .regex(/^[\x21-\x7E]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces')
  .optional();

/** Fingerprint of a request: method, path and parsed body. */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

const storedResponse = z.object({ status: z.number(), headers: z.record(z.string(), z.string()).optional(), body: z.unknown().optional() });

/**
 * Runs a request once per key: key, effect and answer commit together, and a repetition gets the stored answer. A repetition
 * that comes while the first is under way waits for it.
 * @throws IDEMPOTENCY_KEY_REUSED when the key came with another request
 */
export async function withIdempotencyKey(
  database: Database,
  request: IdempotencyKey,
  run: (tx: Transaction) => Promise<RouteResponse>,
): Promise<RouteResponse> {
  return database.transaction(async (tx) => {
    if (request.key === undefined) return run(tx);
    if (!(await claimKey(database, tx, request))) return findStoredResponse(database, tx, request);
    const response = await run(tx);
    await database.sequelize.query('UPDATE idempotency_keys SET response = ? WHERE user_id = ? AND idempotency_key = ?', {
      transaction: tx,
      replacements: [JSON.stringify(response), request.userId, request.key],
    });
    return response;
  });
}

/** The insert waits for a transaction that holds the same key: afterwards the key is either free or answered. */
async function claimKey(database: Database, tx: Transaction, request: IdempotencyKey): Promise<boolean> {
  const rows = await database.sequelize.query(
    'INSERT IGNORE INTO idempotency_keys (user_id, idempotency_key, fingerprint) VALUES (?, ?, ?) RETURNING idempotency_key',
    { transaction: tx, type: QueryTypes.SELECT, replacements: [request.userId, request.key, request.fingerprint] },
  );
  return rows.length > 0;
}

async function findStoredResponse(database: Database, tx: Transaction, request: IdempotencyKey): Promise<RouteResponse> {
  const [row] = await database.sequelize.query<{ fingerprint: string; response: string }>(
    'SELECT fingerprint, response FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ?',
    { transaction: tx, type: QueryTypes.SELECT, replacements: [request.userId, request.key] },
  );
  if (row?.fingerprint !== request.fingerprint)
    throw new ServiceError({
      code: 'IDEMPOTENCY_KEY_REUSED',
      kind: 'conflict',
      message: 'The request cannot be accepted: its Idempotency-Key was used for a different request.',
    });
  return parseStoredResponse(row.response);
}

function parseStoredResponse(text: string): RouteResponse {
  const { status, headers, body } = storedResponse.parse(JSON.parse(text));
  return { status, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) };
}
