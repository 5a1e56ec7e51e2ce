import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { item } from '@torii/contracts';
import { assertTrue, type Row, SOME_WRITES, type Stage } from './row.ts';

/** A command may take 100 ms, once a second; the rest is the database. Twice that is given. */
const READ_BUDGET_MS = 400;
const READS = 40;
const CROWD = 150;
/** Statements of relays and of a miss or two, never one for each of the crowd. */
const MOST_SELECTS = CROWD / 2;

export const cacheRows: readonly Row[] = [
  {
    name: 'stop-redis',
    fault: 'kill -9 Redis; it comes back empty',
    invariant: 'reads fall through within their budget; writes unaffected; no stampede when it is back',
    run: async (stage) => {
      const { redis } = stage.platform.servers;
      await stage.load.progress(SOME_WRITES);
      await redis.kill();
      const slowest = await measureReads(stage);
      await stage.load.progress(SOME_WRITES);
      await redis.start();
      await stage.load.progress(SOME_WRITES);
      return `slowest read +${slowest.toFixed(0)} ms`;
    },
    verify: async (stage) => {
      assertNoTrouble(stage);
      await assertNoStampede(stage);
    },
  },
  {
    name: 'freeze-redis',
    fault: 'SIGSTOP Redis for three seconds',
    invariant: 'reads fall through within their budget; writes unaffected',
    run: async (stage) => {
      const { redis } = stage.platform.servers;
      await stage.load.progress(SOME_WRITES);
      redis.freeze();
      const startedAtMs = performance.now();
      const slowest = await measureReads(stage);
      await stage.load.progress(SOME_WRITES);
      await delay(Math.max(0, 3_000 - (performance.now() - startedAtMs)));
      redis.thaw();
      await stage.load.progress(SOME_WRITES);
      return `slowest read +${slowest.toFixed(0)} ms`;
    },
    verify: async (stage) => assertNoTrouble(stage),
  },
];

function assertNoTrouble({ load: { memory } }: Stage): void {
  assertTrue(memory.troubles.size === 0, `Writes failed without the cache: ${JSON.stringify([...memory.troubles])}.`);
}

async function createItem({ load: { client } }: Stage): Promise<string> {
  const name = `read-${randomUUID()}`;
  const answer = await client.send('POST', '/catalog/items', { body: { sku: name, name } });
  return item.parse(answer?.body).id;
}

/**
 * Beside each read another request is sent that needs no cache: what a busy machine adds, it adds to both.
 * @returns what the cache added to the slowest but one, in milliseconds
 */
async function measureReads(stage: Stage): Promise<number> {
  const { client } = stage.load;
  const id = await createItem(stage);
  const added: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const [readMs, otherMs] = await Promise.all([timeOf(client, `/catalog/items/${id}`), timeOf(client, '/readyz')]);
    added.push(readMs - otherMs);
  }
  const slow = Math.max(0, added.sort((a, b) => b - a)[1] ?? 0);
  assertTrue(slow <= READ_BUDGET_MS, `A read took ${slow.toFixed(0)} ms longer without the cache; ${READ_BUDGET_MS} ms are allowed.`);
  return slow;
}

async function timeOf(client: Stage['load']['client'], path: string): Promise<number> {
  const startedAtMs = performance.now();
  const answer = await client.send('GET', path);
  assertTrue(answer?.status === 200, `${path} was answered with ${answer?.status ?? 'nothing'}.`);
  return performance.now() - startedAtMs;
}

/** Many want the same item at the moment the cache is empty. */
async function assertNoStampede(stage: Stage): Promise<void> {
  const id = await createItem(stage);
  await stage.platform.servers.redis.kill();
  await stage.platform.servers.redis.start();
  const before = await countSelects(stage);
  const answers = await Promise.all(Array.from({ length: CROWD }, () => stage.load.client.send('GET', `/catalog/items/${id}`)));
  const selects = (await countSelects(stage)) - before;
  assertTrue(
    answers.every((answer) => answer?.status === 200),
    'A read failed when the cache was back.',
  );
  assertTrue(selects <= MOST_SELECTS, `${CROWD} readers of one item made ${selects} statements when the cache was back.`);
}

async function countSelects({ platform }: Stage): Promise<number> {
  const [row] = await platform.observer.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Com_select'");
  return Number(row?.Value ?? 0);
}
