import { waitFor } from '@torii/testing';
import type { Stage } from './row.ts';
import { assertTrue, type Row, SOME_WRITES } from './row.ts';

const LOCK = 'torii:catalog:relay:0';
/** A machine that is busy takes its time. */
const PATIENCE_MS = 60_000;
const DUPLICATES_AT_MOST = 'duplicates at most; an older version never overwrites';

/** The first leader stands with rows it has read while its lock connection is lost; the second publishes the same rows. */
const twoLeaders: Row = {
  name: 'two-relay-leaders',
  fault: 'the lock connection of a leader is lost in mid-publication; a second task takes over; the first goes on',
  invariant: DUPLICATES_AT_MOST,
  load: ({ processes }) => ({ origins: [processes.origin('catalog'), processes.origin('catalog-2')] }),
  run: async (stage) => {
    const { processes } = stage.platform;
    const first = await waitFor(() => leaderOf(stage), { timeoutMs: PATIENCE_MS, what: 'The first leader' });
    await processes.start('catalog-2');
    await stage.load.progress(SOME_WRITES);
    await processes.get('catalog').standAt('relay.beforePublish');
    await stage.platform.observer.query(`KILL ${first}`);
    await waitForAnother(stage, first);
    await stage.load.progress(SOME_WRITES);
    processes.get('catalog').release('relay.beforePublish');
    await stage.load.progress(SOME_WRITES);
    const { repeated } = stage.platform.traffic.deliveries();
    return `${repeated} published by both`;
  },
  verify: async ({ platform }) => {
    await platform.processes.kill('catalog-2');
    assertTrue(platform.traffic.deliveries().repeated > 0, 'Nothing was published by both leaders: the fault did not happen.');
  },
};

/** Its host says no goodbye: the connection that holds the lock stays open, and nobody speaks on it. */
const frozenLeader: Row = {
  name: 'frozen-relay-leader',
  fault: 'SIGSTOP the leader in mid-publication; its connections stay open; once a second task has taken over it goes on',
  invariant: `the second publishes while the first is frozen; ${DUPLICATES_AT_MOST}`,
  // Whoever asks the frozen one gets no answer.
  load: ({ processes }) => ({ origins: [processes.origin('catalog-2')] }),
  run: async (stage) => {
    const { processes, observer } = stage.platform;
    const frozen = processes.get('catalog');
    const first = await waitFor(() => leaderOf(stage), { timeoutMs: PATIENCE_MS, what: 'The first leader' });
    await processes.start('catalog-2');
    await stage.load.progress(SOME_WRITES);
    await frozen.standAt('relay.beforePublish');
    frozen.freeze();
    const startedAtMs = performance.now();
    await waitForAnother(stage, first);
    const tookMs = performance.now() - startedAtMs;
    const countEffects = async (): Promise<number> => Number((await observer.query<{ count: number }>(EFFECTS))[0]?.count);
    const before = await countEffects();
    await waitFor(async () => (await countEffects()) >= before + SOME_WRITES, {
      timeoutMs: PATIENCE_MS,
      what: 'What the second publishes',
    });
    assertTrue(frozen.isRunning(), 'The first leader has ended: it was not frozen.');
    frozen.thaw();
    frozen.release('relay.beforePublish');
    await stage.load.progress(SOME_WRITES);
    return `taken over after ${(tookMs / 1000).toFixed(1)} s; ${stage.platform.traffic.deliveries().repeated} published by both`;
  },
  verify: ({ platform }) => platform.processes.kill('catalog-2'),
};

export const leaderRows: readonly Row[] = [twoLeaders, frozenLeader];

const EFFECTS = 'SELECT COUNT(*) AS count FROM ledger.effects';

async function waitForAnother(stage: Stage, first: number): Promise<void> {
  await waitFor(async () => ![undefined, first].includes(await leaderOf(stage)), { timeoutMs: PATIENCE_MS, what: 'A second leader' });
}

/** Connection id of who holds the relay's lock. */
async function leaderOf({ platform }: Stage): Promise<number | undefined> {
  const [row] = await platform.observer.query<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [LOCK]);
  return row?.id ?? undefined;
}
