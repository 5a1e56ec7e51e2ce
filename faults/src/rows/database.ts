import { setTimeout as delay } from 'node:timers/promises';
import { assertTrue, type Row, SOME_WRITES } from './row.ts';

const UNTOUCHED = 'no acknowledged loss; reconnects alone';
/** Longer than a statement may take, so that its timeout is what answers. */
const FREEZE_MS = 12_000;
/** A free connection is waited for 5 s, a statement 10 s. */
const DEADLINE_MS = 16_000;
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
    fault: `SIGSTOP MariaDB for ${FREEZE_MS / 1000} s`,
    invariant: 'no acknowledged loss; 503 within the deadline; reconnects alone',
    run: async ({ platform, load }) => {
      load.setTimeoutMs(DEADLINE_MS);
      await load.progress(SOME_WRITES);
      platform.servers.mariadb.freeze();
      await delay(FREEZE_MS);
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
    fault: 'every connection to MariaDB is reset, and refused for a second',
    invariant: UNTOUCHED,
    run: async ({ platform, load }) => {
      await load.progress(SOME_WRITES);
      platform.mariadbProxy.cut();
      await delay(1_000);
      platform.mariadbProxy.restore();
      await load.progress(SOME_WRITES);
    },
  },
  {
    name: 'slow-mariadb',
    fault: `every packet to and from MariaDB takes ${ROUND_TRIP_MS / 2} ms`,
    invariant: 'slower, nothing else',
    run: async ({ platform, load }) => {
      await load.progress(SOME_WRITES);
      platform.mariadbProxy.slow(ROUND_TRIP_MS / 2);
      await load.progress(SOME_WRITES / 5);
      platform.mariadbProxy.restore();
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
