import { waitFor } from '@torii/testing';
import type { Stage } from './row.ts';
import { assertTrue, type Row, SOME_WRITES } from './row.ts';

const LOCK = 'torii:catalog:relay:0';

/** The first leader stands with rows it has read while its lock connection is lost; the second publishes the same rows. */
export const twoLeaders: Row = {
  name: 'two-relay-leaders',
  fault: 'the lock connection of a leader is lost in mid-publication; a second task takes over; the first goes on',
  invariant: 'duplicates at most; an older version never overwrites',
  load: ({ processes }) => ({ origins: [processes.origin('catalog'), processes.origin('catalog-2')] }),
  run: async (stage) => {
    const { processes } = stage.platform;
    await processes.start('catalog-2');
    await stage.load.progress(SOME_WRITES);
    const first = await leaderOf(stage);
    assertTrue(first !== undefined, 'Nobody leads the relay.');
    await processes.get('catalog').standAt('relay.beforePublish');
    await stage.platform.observer.query(`KILL ${first}`);
    await waitFor(async () => ![undefined, first].includes(await leaderOf(stage)), { what: 'A second leader' });
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

/** Connection id of who holds the relay's lock. */
async function leaderOf({ platform }: Stage): Promise<number | undefined> {
  const [row] = await platform.observer.query<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [LOCK]);
  return row?.id ?? undefined;
}
