import { createHash } from 'node:crypto';
import type { Transaction } from 'sequelize';
import { z } from 'zod';
import type { Database } from '../database/connect-database.ts';
import type { GroupOutcome } from '../database/group-commit.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { RouteResponse } from '../http/route.ts';
import { type KeyRow, type KeyScope, claimKeys, freeKeys, identityOf, saveResponses, selectResponses } from './key-rows.ts';

export interface IdempotencyKey {
  /** The request's `Idempotency-Key`; absent: `run` simply runs. */
  readonly key: string | undefined;
  readonly userId: string;
  /** What the request asks for; the same key with another fingerprint is refused. Not read without a key. */
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
    const [outcome] = await withIdempotencyKeys({ database, tx }, [request], async () => [{ value: await run(tx) }]);
    if (outcome === undefined || outcome === 'again')
      throw new Error('A request with an idempotency key cannot be answered: it has no outcome.');
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  });
}

/**
 * The same for the requests of a group (`createGroupCommit`). The key of one that fails stays free. Of several with the same key the first runs; the
 * others come again, and find its answer.
 * @param run gets those that have no answer yet
 */
export async function withIdempotencyKeys<R extends IdempotencyKey>(
  scope: KeyScope,
  requests: readonly R[],
  run: (requests: readonly R[]) => Promise<readonly GroupOutcome<RouteResponse>[]>,
): Promise<readonly GroupOutcome<RouteResponse>[]> {
  const keyed = requests.filter(hasKey);
  if (keyed.length === 0) return run(requests);
  const firsts = firstOfEachKey(keyed);
  const claimed = await claimKeys(scope, firsts);
  const claims = firsts.filter((request) => claimed.has(identityOf(request)));
  const repeats = keyed.filter((request) => !claimed.has(identityOf(request)));
  const outcomes = new Map<IdempotencyKey, GroupOutcome<RouteResponse>>(await findAnswers(scope, repeats));
  const due = requests.filter((request) => request.key === undefined || claims.some((claim) => claim === request));
  const results = due.length === 0 ? [] : await run(due);
  for (const [index, request] of due.entries()) outcomes.set(request, results[index] ?? 'again');
  await settleClaims(scope, claims, outcomes);
  return requests.map((request) => outcomes.get(request) ?? 'again');
}

function firstOfEachKey<R extends KeyRow>(requests: readonly R[]): readonly R[] {
  const firsts = new Map<string, R>();
  for (const request of requests) if (!firsts.has(identityOf(request))) firsts.set(identityOf(request), request);
  return [...firsts.values()];
}

function hasKey<R extends IdempotencyKey>(request: R): request is R & KeyRow {
  return request.key !== undefined;
}

async function findAnswers<R extends KeyRow>(
  scope: KeyScope,
  repeats: readonly R[],
): Promise<readonly (readonly [R, GroupOutcome<RouteResponse>])[]> {
  const stored = await selectResponses(scope, repeats);
  return repeats.map((request) => {
    const row = stored.get(identityOf(request));
    return [request, row?.fingerprint === request.fingerprint ? { value: parseStoredResponse(row.response) } : { error: keyReused() }];
  });
}

async function settleClaims(
  scope: KeyScope,
  claims: readonly (IdempotencyKey & KeyRow)[],
  outcomes: ReadonlyMap<IdempotencyKey, GroupOutcome<RouteResponse>>,
): Promise<void> {
  const answered = claims.flatMap((claim) => {
    const outcome = outcomes.get(claim) ?? 'again';
    return outcome !== 'again' && 'value' in outcome ? [{ ...claim, response: JSON.stringify(outcome.value) }] : [];
  });
  await saveResponses(scope, answered);
  const kept = new Set(answered.map(identityOf));
  await freeKeys(
    scope,
    claims.filter((claim) => !kept.has(identityOf(claim))),
  );
}

function keyReused(): ServiceError {
  return new ServiceError({
    code: 'IDEMPOTENCY_KEY_REUSED',
    kind: 'conflict',
    message: 'The request cannot be accepted: its Idempotency-Key was used for a different request.',
  });
}

function parseStoredResponse(text: string): RouteResponse {
  const { status, headers, body } = storedResponse.parse(JSON.parse(text));
  return { status, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) };
}
