import { setTimeout as delay } from 'node:timers/promises';
import type { Sequelize, Transaction } from 'sequelize';
import { someInChain } from '../errors/to-service-error.ts';
import type { Failpoints } from '../lifecycle/failpoints.ts';
import { withSpan } from '../telemetry/spans.ts';
import { backoffMs } from '../time/backoff.ts';

const MAX_ATTEMPTS = 4;
const RETRY_BACKOFF = { baseMs: 20, capMs: 500 };

export interface TransactionOptions {
  /** False: a deadlock or lock timeout is for the caller to deal with. @default true */
  readonly isRetried?: boolean;
}

/** Runs `run` in a transaction, again after a deadlock or lock timeout; its effects are all there or none. */
export async function runTransaction<T>(
  sequelize: Sequelize,
  run: (tx: Transaction) => Promise<T>,
  options: TransactionOptions & { readonly failpoints?: Failpoints<'beforeCommit' | 'afterCommit'> | undefined } = {},
): Promise<T> {
  const maxAttempts = options.isRetried === false ? 1 : MAX_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(sequelize, run, options.failpoints ?? {});
    } catch (error) {
      if (attempt === maxAttempts || !isRetryable(error)) throw error;
      await delay(backoffMs(attempt, RETRY_BACKOFF));
    }
  }
}

async function runOnce<T>(
  sequelize: Sequelize,
  run: (tx: Transaction) => Promise<T>,
  failpoints: Failpoints<'beforeCommit' | 'afterCommit'>,
): Promise<T> {
  const result = await withSpan('transaction', {}, () =>
    sequelize.transaction(async (tx) => {
      const value = await run(tx);
      await failpoints.beforeCommit?.();
      return value;
    }),
  );
  await failpoints.afterCommit?.();
  return result;
}

/** Failures after which the server has rolled back for certain, and a second try can succeed. */
export function isRetryable(error: unknown): boolean {
  return someInChain(
    error,
    (name, code) => code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT' || name === 'SequelizeAccessDeniedError',
  );
}
