import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@torii/testing';
import type { Violation } from '../invariants/violations.ts';
import type { Platform } from '../platform/platform.ts';
import type { ProcessName } from '../platform/processes.ts';
import { duplicating } from '../proxies/queue-faults.ts';
import { type Row, SOME_WRITES } from '../rows/row.ts';

/** A build that is broken on purpose: the suite must see it. */
export interface Canary {
  readonly process: ProcessName;
  readonly preload: URL;
  /** At least one of these must be found. */
  readonly caught: readonly Violation['kind'][];
  readonly row: Row;
}

/** The relay polls once a second. */
const PUBLISHED_MS = 1_500;

const PATIENCE_MS = 20_000;

/** Waits until the newest message of the catalog's outbox is gone from it; one that this relay has passed over already stays, which will be seen. */
async function untilPublished({ observer }: Platform): Promise<void> {
  const [newest] = await observer.query<{ id: number }>('SELECT id FROM catalog.outbox_messages ORDER BY id DESC LIMIT 1');
  const isGone = async (): Promise<boolean> =>
    newest === undefined || (await observer.query('SELECT 1 FROM catalog.outbox_messages WHERE id = ?', [newest.id])).length === 0;
  await waitFor(isGone, { timeoutMs: PATIENCE_MS }).catch(() => undefined);
}

function preloadOf(name: string): URL {
  return new URL(`./${name}.ts`, import.meta.url);
}

export const CANARIES: readonly Canary[] = [
  {
    process: 'ledger',
    preload: preloadOf('without-inbox'),
    caught: ['doubled'],
    row: {
      name: 'canary-without-inbox',
      fault: 'a consumer without the inbox; batches are delivered twice',
      invariant: 'must be caught: doubled',
      run: async ({ platform, load, random }) => {
        platform.queueProxy.use(duplicating(random, 0.7));
        await load.progress(SOME_WRITES * 3);
      },
    },
  },
  {
    process: 'catalog',
    preload: preloadOf('publish-before-commit'),
    caught: ['phantom', 'doubled'],
    row: {
      name: 'canary-publish-before-commit',
      fault: 'messages that do not wait for the commit; the API is killed before it',
      invariant: 'must be caught: phantom or doubled',
      run: async ({ platform: { processes }, load }) => {
        for (let kills = 0; kills < 2; kills += 1) {
          await load.progress(SOME_WRITES);
          await processes.get('catalog').standAt('request.beforeCommit');
          await delay(PUBLISHED_MS);
          await processes.restart('catalog', { preload: [preloadOf('publish-before-commit')] });
        }
      },
    },
  },
  {
    process: 'catalog',
    preload: preloadOf('delete-before-publish'),
    caught: ['lost'],
    row: {
      name: 'canary-delete-before-publish',
      fault: 'a relay that deletes first; it is killed before it publishes',
      invariant: 'must be caught: lost',
      run: async ({ platform: { processes }, load }) => {
        await load.progress(SOME_WRITES);
        await processes.get('catalog').standAt('relay.beforePublish');
        await processes.restart('catalog', { preload: [preloadOf('delete-before-publish')] });
        await load.progress(SOME_WRITES);
      },
    },
  },
  {
    process: 'catalog',
    preload: preloadOf('relay-by-cursor'),
    caught: ['lost', 'outbox'],
    row: {
      name: 'canary-relay-by-cursor',
      // What this relay has passed over stays.
      standstillMs: 5_000,
      fault: 'a relay that goes on from the highest number it has seen; a transaction commits late',
      invariant: 'must be caught: lost',
      run: async ({ platform, load }) => {
        const { processes } = platform;
        await load.progress(SOME_WRITES);
        await processes.get('catalog').standAt('request.beforeCommit');
        await load.progress(SOME_WRITES);
        // The relay has seen higher numbers than the one that is about to commit.
        await untilPublished(platform);
        processes.get('catalog').release('request.beforeCommit');
        await load.progress(SOME_WRITES);
      },
    },
  },
];
