import { createUuid, type Database } from '@torii/chassis';
import { waitFor } from '@torii/testing';
import type { Transaction } from 'sequelize';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { latencyInput } from '../messages/tasks.ts';

export interface LatencyTrial {
  /** Starts whatever relays and consumes. @returns how to stop it */
  start(markHandled: (messageId: string) => void): Promise<() => Promise<unknown>>;
  /** Writes the message beside the change. */
  readonly inTransaction?: (tx: Transaction, messageId: string) => Promise<void>;
  /** Publishes at once, where nothing is kept in the database: what dies here is lost. */
  readonly afterCommit?: (messageId: string) => Promise<unknown>;
}

/** Connections, pools and compilers are cold for the first ones: those are not counted. */
const WARM_UP = 30;
const HANDLED_TIMEOUT_MS = 15_000;

/** Changes at random moments, as independent requests make them; each is a transaction that writes a row. */
export async function measureLatencies(
  database: Database,
  { count, perSecond }: Pick<z.infer<typeof latencyInput>, 'count' | 'perSecond'>,
  trial: LatencyTrial,
): Promise<{ readonly latenciesMs: readonly number[] }> {
  const [committed, handled] = [new Map<string, number>(), new Map<string, number>()];
  const stop = await trial.start((messageId) => handled.set(messageId, performance.now()));
  const commit = async (messageId: string): Promise<void> => {
    await database.transaction(async (tx) => {
      tx.afterCommit(() => {
        committed.set(messageId, performance.now());
      });
      await database.sequelize.query('INSERT INTO bench_changes (id) VALUES (?)', { transaction: tx, replacements: [messageId] });
      await trial.inTransaction?.(tx, messageId);
    });
    await trial.afterCommit?.(messageId);
  };
  const commits: Promise<void>[] = [];
  const ids = Array.from({ length: WARM_UP + count }, createUuid);
  for (const id of ids) {
    commits.push(commit(id));
    await delay((-Math.log(1 - Math.random()) * 1000) / perSecond);
  }
  await Promise.all(commits);
  await waitFor(() => handled.size === ids.length, { timeoutMs: HANDLED_TIMEOUT_MS, what: 'The last message' });
  await stop();
  return { latenciesMs: ids.slice(WARM_UP).map((id) => (handled.get(id) ?? Number.NaN) - (committed.get(id) ?? Number.NaN)) };
}
