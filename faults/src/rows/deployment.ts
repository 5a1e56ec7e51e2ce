import { waitFor } from '@torii/testing';
import { z } from 'zod';
import type { Platform } from '../platform/platform.ts';
import { type Call, type Fault } from '../proxies/queue-proxy.ts';
import { isPublish } from '../proxies/queue-faults.ts';
import { readEntries, type TopicEntry, withEntries } from '../proxies/topic-batch.ts';
import type { ProcessName, Processes } from '../platform/processes.ts';
import type { SeededRandom } from '../random.ts';
import { assertTrue, type Row, SOME_WRITES } from './row.ts';

const HOUR_MS = 60 * 60 * 1000;
const HALF_AN_HOUR_MS = HOUR_MS / 2;
/** As the services' configuration says. */
const SHUTDOWN_LIMIT_MS = 25_000;
const PRELOAD_CLOCK = new URL('../processes/shift-clock.ts', import.meta.url);

const wrongClocks: Row = {
  name: 'clocks-off-by-an-hour',
  fault: 'the catalog lives an hour ago, jobs an hour ahead; both at once, under load and an import',
  invariant: 'leases and expiry by database time; order by version',
  run: async ({ platform: { processes }, load }) => {
    const shifted = (ms: number) => ({ preload: [PRELOAD_CLOCK], env: { FAULTS_CLOCK_SHIFT_MS: String(ms) } });
    // S3 itself refuses what is signed in an hour.
    const upload = await load.upload({ rows: 150, badRows: 3 });
    await Promise.all([processes.restart('catalog', shifted(-HOUR_MS)), processes.restart('jobs', shifted(HOUR_MS))]);
    const [catalogMs, jobsMs] = [await clockOf(processes, 'catalog'), await clockOf(processes, 'jobs')];
    assertTrue(
      catalogMs < Date.now() - HALF_AN_HOUR_MS && jobsMs > Date.now() + HALF_AN_HOUR_MS,
      'The clocks are not wrong: the fault did not happen.',
    );
    const ended = load.startImport(upload);
    await load.progress(SOME_WRITES);
    const { ended: job } = await ended;
    await Promise.all([processes.restart('catalog'), processes.restart('jobs')]);
    await load.progress(SOME_WRITES);
    return `job ${job.status}`;
  },
};

async function clockOf(processes: Processes, name: ProcessName): Promise<number> {
  return z.number().parse(await processes.get(name).ask('clock'));
}

const gracefulStop: Row = {
  name: 'sigterm-under-load',
  fault: 'SIGTERM to catalog and ledger under load, as a deployment sends it',
  invariant: 'nothing aborted, nothing redelivered, exit within the limit',
  run: async ({ platform, load }) => {
    const { processes } = platform;
    await load.progress(SOME_WRITES);
    const startedAtMs = performance.now();
    const exits = await Promise.all([processes.get('catalog').terminate(), processes.get('ledger').terminate()]);
    const tookMs = performance.now() - startedAtMs;
    assertTrue(
      exits.every(({ code }) => code === 0),
      `A process ended with ${JSON.stringify(exits)}.`,
    );
    assertTrue(tookMs < SHUTDOWN_LIMIT_MS, `Stopping took ${tookMs.toFixed(0)} ms.`);
    // A connection that closes while a request is on its way to it is nobody's fault; a change without an answer is.
    const done = await platform.observer.query<{ marker: string }>('SELECT marker FROM catalog.commits');
    const aborted = done.filter(({ marker }) => load.memory.unanswered.includes(marker));
    assertTrue(aborted.length === 0, `${aborted.length} requests were carried out and not answered.`);
    await Promise.all([processes.start('catalog'), processes.start('ledger')]);
    await load.progress(SOME_WRITES);
    return `stopped in ${(tookMs / 1000).toFixed(1)} s`;
  },
  verify: async ({ platform: { traffic } }) => {
    const { repeated } = traffic.deliveries();
    assertTrue(repeated === 0, `${repeated} messages were delivered again.`);
  },
};

/** Old and new tasks of publisher and consumer side by side, as in every deployment. */
const mixedVersions: Row = {
  name: 'old-and-new-versions',
  fault: 'half of the events are published as v1, half as v2; one consumer knows both, one knows v1 alone',
  invariant: 'both handle every event version in flight',
  untold: ['updated_at'],
  run: async ({ platform, load, random }) => {
    const { processes } = platform;
    await processes.start('ledger-2', { preload: [new URL('../processes/forget-new-version.ts', import.meta.url)] });
    const old = publishingV1(random, 0.5);
    const { end } = platform.queueProxy.use(old.fault);
    await load.progress(SOME_WRITES * 3);
    const handled = await waitFor(() => countHandled(platform), {
      timeoutMs: 60_000,
      what: 'A v1 handled by the old task and by the new one',
    });
    end();
    // The deployment ends: the old task goes, and what it could not read comes to the new one.
    await processes.get('ledger-2').terminate();
    return `${old.count()} as v1, ${handled.byOld} handled by the old task, ${handled.byNew} by the new`;
  },
};

interface Handled {
  readonly byOld: number;
  readonly byNew: number;
}

/** Changes published as v1: under that name only the old task handles them; the new one makes v2 of them first. Undefined until both have had some. */
async function countHandled({ observer, traffic }: Platform): Promise<Handled | undefined> {
  const rows = await observer.query<{ id: string; type: string }>(
    "SELECT message_id AS id, type FROM ledger.effects WHERE type LIKE 'catalog.item.changed.%'",
  );
  const isV1 = (id: string): boolean => traffic.bodies().get(id)?.includes('"catalog.item.changed.v1"') === true;
  const byOld = rows.filter(({ type }) => type === 'catalog.item.changed.v1').length;
  const byNew = rows.filter(({ id, type }) => type === 'catalog.item.changed.v2' && isV1(id)).length;
  return byOld > 0 && byNew > 0 ? { byOld, byNew } : undefined;
}

const message = z.looseObject({ type: z.string(), data: z.looseObject({}) });

/** What last week's publisher would have sent in the place of some entries. */
function publishingV1(random: SeededRandom, share: number): { readonly fault: Fault; readonly count: () => number } {
  let count = 0;
  const downgrade = (entry: TopicEntry): TopicEntry => {
    const body = message.parse(JSON.parse(entry.fields.get('Message') ?? 'null'));
    const type = /^(catalog\.item\.(?:created|changed))\.v2$/.exec(body.type)?.[1];
    if (type === undefined || random.next() >= share) return entry;
    count += 1;
    const { createdAt: _created, updatedAt: _updated, ...data } = body.data;
    const fields = new Map([...entry.fields].map(([name, value]) => [name, value === body.type ? `${type}.v1` : value] as const));
    return { ...entry, fields: fields.set('Message', JSON.stringify({ ...body, type: `${type}.v1`, data })) };
  };
  const rewrite = (call: Call): Call => withEntries(call, readEntries(call).map(downgrade));
  return { fault: (call, forward) => forward(isPublish(call) ? rewrite(call) : call), count: () => count };
}

export const deploymentRows: readonly Row[] = [wrongClocks, gracefulStop, mixedVersions];
