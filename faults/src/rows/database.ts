import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@torii/testing';
import { assertTrue, type Row, SOME_WRITES, type Stage } from './row.ts';

const UNTOUCHED = 'no acknowledged loss; reconnects alone';
/** A free connection is waited for 5 s, a statement 10 s; the rest is a busy machine's. */
const DEADLINE_MS = 25_000;
/** Slow is not failed, whatever else the machine does. */
const ANY_TIME_MS = 60_000;
const ROUND_TRIP_MS = 60;

export const databaseRows: readonly Row[] = [
  {
    name: 'kill-mariadb',
    fault: 'kill -9 MariaDB, start it half a second later',
    invariant: UNTOUCHED,
    run: async ({ platform, load }) => {
      await load.progress(SOME_WRITES);
      await platform.servers.mariadb.kill();
      await delay(500);
      await platform.servers.mariadb.start();
      await load.progress(SOME_WRITES);
    },
  },
  {
    name: 'freeze-mariadb',
    fault: 'SIGSTOP MariaDB until the timeout of its statements has answered',
    invariant: 'no acknowledged loss; 503 within the deadline; reconnects alone',
    run: async ({ platform, load }) => {
      load.setTimeoutMs(DEADLINE_MS);
      await load.progress(SOME_WRITES);
      platform.servers.mariadb.freeze();
      await waitFor(() => load.memory.troubles.has(503), { timeoutMs: DEADLINE_MS, what: 'An answer of 503' });
      platform.servers.mariadb.thaw();
      await load.progress(SOME_WRITES);
      return `longest answer ${(load.memory.longestAnswerMs / 1000).toFixed(1)} s`;
    },
    verify: async ({ load: { memory } }) => {
      assertTrue((memory.troubles.get(503) ?? 0) > 0, 'Nobody was told 503.');
      assertTrue(!memory.troubles.has(0), `${memory.troubles.get(0)} requests had no answer within ${DEADLINE_MS} ms.`);
      assertTrue(!memory.troubles.has(500), `${memory.troubles.get(500)} requests were answered with 500 instead of 503.`);
    },
  },
  {
    name: 'cut-mariadb',
    fault: 'every connection to MariaDB is reset, and refused until requests have failed',
    invariant: UNTOUCHED,
    run: async ({ platform, load }) => {
      await load.progress(SOME_WRITES);
      const before = troubles(load);
      platform.mariadbProxy.cut();
      // Each connection that is asked for is refused.
      await waitFor(() => platform.mariadbProxy.spoiled().refused >= 3 && troubles(load) > before, {
        timeoutMs: ANY_TIME_MS,
        what: 'Somebody whose connection is refused',
      });
      const { ended, refused } = platform.mariadbProxy.spoiled();
      assertTrue(ended > 0, 'No connection was reset: the fault did not happen.');
      platform.mariadbProxy.restore();
      await load.progress(SOME_WRITES);
      return `${ended} reset, ${refused} refused`;
    },
  },
  {
    name: 'slow-mariadb',
    fault: `every packet to and from MariaDB takes ${ROUND_TRIP_MS / 2} ms`,
    invariant: 'slower, nothing else',
    run: async ({ platform, load }) => {
      load.setTimeoutMs(ANY_TIME_MS);
      await load.progress(SOME_WRITES);
      platform.mariadbProxy.slow(ROUND_TRIP_MS / 2);
      await load.progress(SOME_WRITES / 5);
      const { delayed } = platform.mariadbProxy.spoiled();
      platform.mariadbProxy.restore();
      assertTrue(delayed > SOME_WRITES, `${delayed} packets were late: the fault hardly happened.`);
      return `${delayed} packets late`;
    },
    verify: async ({ load: { memory } }) =>
      assertTrue(memory.troubles.size === 0, `Requests failed: ${JSON.stringify([...memory.troubles])}.`),
  },
  {
    name: 'disk-full',
    fault: 'no file of MariaDB can grow any more (a limit of the kernel), then they can again',
    invariant: 'a clear error, nothing half-written, recovers',
    findObstacle: ({ servers }) => (servers.mariadb.limitDisk === undefined ? 'this system has no prlimit' : undefined),
    run: async ({ platform, load }) => {
      const { query } = platform.observer;
      await load.progress(SOME_WRITES);
      await query('CREATE TABLE IF NOT EXISTS ledger.filler (data LONGBLOB) ENGINE=InnoDB');
      platform.servers.mariadb.limitDisk?.(true);
      load.setDescriptionLength(9_000);
      // What is free inside the file goes first.
      const error = await fillUp(async () => {
        await query("INSERT INTO ledger.filler VALUES (REPEAT('x', 400000))");
      });
      const refused = (): number => load.memory.troubles.get(503) ?? 0;
      for (let waited = 0; refused() === 0 && waited < 60; waited += 1) await delay(100);
      platform.servers.mariadb.limitDisk?.(false);
      load.setDescriptionLength(20);
      await query('DROP TABLE ledger.filler');
      await load.progress(SOME_WRITES);
      return `${error}; ${refused()} × 503`;
    },
    verify: async ({ load: { memory } }) => {
      assertTrue((memory.troubles.get(503) ?? 0) > 0, 'Nobody was told 503: the disk was not full.');
      assertTrue(!memory.troubles.has(500), `${memory.troubles.get(500)} requests were answered with 500 instead of 503.`);
    },
  },
];

function troubles({ memory }: Stage['load']): number {
  return [...memory.troubles.values()].reduce((sum, count) => sum + count, 0);
}

const MOST_FILLS = 2_000;

/** @returns code of the error that ended it */
async function fillUp(write: () => Promise<void>): Promise<string> {
  for (let times = 0; times < MOST_FILLS; times += 1) {
    try {
      await write();
    } catch (error) {
      return error instanceof Error ? String(Reflect.get(error, 'code')) : 'unknown';
    }
  }
  throw new Error('The disk did not become full.');
}
