import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction } from 'sequelize';
import { ServiceError } from '../errors/service-error.ts';
import { someInChain, toServiceError } from '../errors/to-service-error.ts';
import { withSpan } from '../telemetry/spans.ts';
import type { Database } from './connect-database.ts';
import { isRetryable } from './run-transaction.ts';
import { JOINS_BEGIN } from './join-statements.ts';

// Requests that come while a transaction is under way commit together in the next one, as statements of many rows. Each has its own outcome, and
// gets it after the commit. When a group fails each of it is tried alone, so that none fails for another's sake; once the commit may have been sent
// nothing is tried again.

/** What became of one request of a group. `again`: it belongs into a later transaction, as another of this group is to commit before it. */
export type GroupOutcome<T> = { readonly value: T } | { readonly error: unknown } | 'again';

export interface GroupCommitOptions<Request, Result> {
  readonly database: Pick<Database, 'transaction'>;
  /**
   * Writes the requests of a group and tells what became of each, in their order. What it throws is an answer only to a request that is alone. It runs
   * in the trace and correlation of the first one: what depends on those is made before.
   */
  readonly write: (tx: Transaction, requests: readonly Request[]) => Promise<readonly GroupOutcome<Result>[]>;
  /** Characters that a request takes in a statement, more or less. */
  readonly sizeOf: (request: Request) => number;
  /** Calls back when a group takes long. @returns what takes that back @default after 100 ms */
  readonly whenSlow?: (callback: () => void) => () => void;
}

export interface GroupCommit<Request, Result> {
  /**
   * @param signal a request that nobody waits for any more is dropped, unless its transaction has begun
   * @throws WRITE_QUEUE_FULL, and what `write` tells
   */
  commit(request: Request, signal?: AbortSignal): Promise<Result>;
}

/** A row of sixteen costs MariaDB a quarter of what one alone does; more rows gain little, but shorten a queue. */
const MAX_GROUP = 64;
/** Characters, of up to three bytes; `max_allowed_packet` is 16 MiB unless somebody changes it. */
const MAX_GROUP_SIZE = 1024 * 1024;
/** A second's work or so. */
const MAX_OPEN = 2048;
/** Ten times what a group takes. The next one begins beside it then: the connection may be dead. */
const SLOW_MS = 100;

interface Member<Request, Result> {
  readonly request: Request;
  readonly signal: AbortSignal | undefined;
  readonly inItsContext: <T>(run: () => T) => T;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit<Request, Result>(options: GroupCommitOptions<Request, Result>): GroupCommit<Request, Result> {
  const waiting: Member<Request, Result>[] = [];
  const whenSlow = options.whenSlow ?? startTimer;
  let open = 0;
  let isBusy = false;

  const beginNext = (): void => {
    const group = isBusy ? [] : takeGroup(waiting, options.sizeOf);
    if (group.length === 0) return;
    isBusy = true;
    let isCurrent = true;
    const makeWay = (): void => {
      if (isCurrent) isBusy = false;
      isCurrent = false;
      beginNext();
    };
    const stopTimer = whenSlow(makeWay);
    void commitGroup(options, group).then((again) => {
      stopTimer();
      waiting.unshift(...again);
      makeWay();
    });
  };
  return {
    commit: async (request, signal) => {
      if (open >= MAX_OPEN) throw queueFull();
      open += 1;
      try {
        // How long it waited and was written is in the trace of each; the transaction in that of one.
        return await withSpan('group commit', {}, () => {
          const { promise, resolve, reject } = Promise.withResolvers<Result>();
          waiting.push({ request, signal, inItsContext: AsyncLocalStorage.snapshot(), resolve, reject });
          beginNext();
          return promise;
        });
      } finally {
        open -= 1;
      }
    },
  };
}

/** Transactions that several requests share. */
const shared = new WeakSet<Transaction>();

/**
 * What a statement begins with that comes first in its transaction or may meet a lock. It travels together with the start of the transaction. In one that several
 * requests share it does not wait for locks, as all would wait for one's: the group fails, and then each waits for its own.
 */
export function groupStatement(tx: Transaction): string {
  return shared.has(tx) ? `${JOINS_BEGIN}SET STATEMENT innodb_lock_wait_timeout = 0 FOR ` : JOINS_BEGIN;
}

/** The outcome with another value in it. */
export function mapOutcome<T, U>(outcome: GroupOutcome<T>, map: (value: T) => U): GroupOutcome<U> {
  return outcome !== 'again' && 'value' in outcome ? { value: map(outcome.value) } : outcome;
}

/** First come, first served, as many as fit; one alone may be of any size. */
function takeGroup<Request, Result>(
  waiting: Member<Request, Result>[],
  sizeOf: (request: Request) => number,
): readonly Member<Request, Result>[] {
  const group: Member<Request, Result>[] = [];
  let size = 0;
  for (let next = waiting[0]; next !== undefined && group.length < MAX_GROUP; next = waiting[0]) {
    if (next.signal?.aborted === true) {
      next.reject(next.signal.reason);
    } else {
      size += sizeOf(next.request);
      if (group.length > 0 && size > MAX_GROUP_SIZE) break;
      group.push(next);
    }
    waiting.shift();
  }
  return group;
}

/** Answers everybody but those it returns, who are to try again. Never rejects. */
async function commitGroup<Request, Result>(
  options: GroupCommitOptions<Request, Result>,
  group: readonly Member<Request, Result>[],
): Promise<readonly Member<Request, Result>[]> {
  const isAlone = group.length === 1;
  let isWritten = false;
  const write = async (tx: Transaction): Promise<readonly GroupOutcome<Result>[]> => {
    if (!isAlone) shared.add(tx);
    const requests = group.map(({ request }) => request);
    const outcomes = await options.write(tx, requests);
    isWritten = true;
    return outcomes;
  };
  try {
    // There can be one parent of the transaction's spans only.
    const outcomes = await group[0]?.inItsContext(() => options.database.transaction(write, { isRetried: isAlone }));
    return group.filter((member, index) => !isSettled(member, outcomes?.[index], isAlone));
  } catch (error) {
    if (!isAlone && isWorthTryingAlone(error) && (!isWritten || isRefusal(error))) return commitEachAlone(options, group);
    for (const { reject } of group) reject(error);
    return [];
  }
}

async function commitEachAlone<Request, Result>(
  options: GroupCommitOptions<Request, Result>,
  group: readonly Member<Request, Result>[],
): Promise<readonly Member<Request, Result>[]> {
  return (await Promise.all(group.map((member) => commitGroup(options, [member])))).flat();
}

function isSettled<T>(
  { resolve, reject }: Pick<Member<never, T>, 'resolve' | 'reject'>,
  outcome: GroupOutcome<T> | undefined,
  isAlone: boolean,
): boolean {
  if (outcome === 'again' && !isAlone) return false;
  if (outcome === undefined || outcome === 'again') reject(new Error('A request cannot be answered: its group told no outcome of it.'));
  else if ('error' in outcome) reject(outcome.error);
  else resolve(outcome.value);
  return true;
}

/** The server's own answer that a statement failed, the commit or one that travelled with it: nothing was committed. */
function isRefusal(error: unknown): boolean {
  return someInChain(error, (_name, _code, link) => typeof Reflect.get(link, 'sqlState') === 'string');
}

/** Not when the database is away: every single request would find out for itself. */
function isWorthTryingAlone(error: unknown): boolean {
  return error instanceof ServiceError || isRetryable(error) || toServiceError(error) === undefined;
}

function queueFull(): ServiceError {
  return new ServiceError({
    code: 'WRITE_QUEUE_FULL',
    kind: 'unavailable',
    message: 'The request cannot be accepted: too many wait to be written. Try again shortly.',
  });
}

function startTimer(callback: () => void): () => void {
  const timer = setTimeout(callback, SLOW_MS);
  return () => clearTimeout(timer);
}
