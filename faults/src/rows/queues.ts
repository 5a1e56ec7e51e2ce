import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../proxies/queue-proxy.ts';
import {
  cutting,
  delaying,
  duplicating,
  failing,
  freezing,
  keepingBack,
  losingAnswers,
  refusingEntries,
  reordering,
  throttling,
} from '../proxies/queue-faults.ts';
import { assertTrue, type Row, SOME_WRITES, type Stage } from './row.ts';

const DRAINS = 'the backlog is bounded and drains afterwards';
/** Writes go on at some hundred a second for a few seconds: what a table must hold. */
const BOUND_ROWS = 20_000;
/** Longer than a call waits for its answer. */
const FROZEN_MS = 6_000;

/** Under this fault for a while, then no more. */
async function under({ platform, load }: Stage, fault: Fault, lastingMs: number): Promise<string> {
  await load.progress(SOME_WRITES);
  const end = platform.queueProxy.use(fault);
  await delay(lastingMs);
  await load.progress(SOME_WRITES);
  const backlog = await countOutbox(platform);
  end();
  platform.queueProxy.restore();
  assertTrue(backlog < BOUND_ROWS, `The outbox has ${backlog} rows.`);
  return `backlog ${backlog}`;
}

async function countOutbox(platform: Stage['platform']): Promise<number> {
  const [row] = await platform.observer.query<{ count: number }>('SELECT COUNT(*) AS count FROM catalog.outbox_messages');
  return Number(row?.count ?? 0);
}

function faultRow(name: string, fault: string, lastingMs: number, create: (stage: Stage) => Fault): Row {
  return { name, fault, invariant: DRAINS, run: (stage) => under(stage, create(stage), lastingMs) };
}

/** Nothing that was taken is sent again. */
async function assertNothingRepeated({ platform }: Stage): Promise<void> {
  const { repeated } = platform.traffic.deliveries();
  assertTrue(repeated === 0, `${repeated} messages were sent again although they had been taken.`);
}

async function assertRepeated({ platform }: Stage): Promise<void> {
  assertTrue(platform.traffic.deliveries().repeated > 0, 'No message was delivered twice: the fault did not happen.');
}

export const queueRows: readonly Row[] = [
  {
    name: 'kill-broker',
    fault: 'kill -9 the broker (SQS, SNS and S3), start it a second later with what it had acknowledged',
    invariant: DRAINS,
    run: async ({ platform, load }) => {
      await load.progress(SOME_WRITES);
      await platform.killBroker();
      await delay(1_000);
      await load.progress(SOME_WRITES);
      await platform.startBroker();
      await load.progress(SOME_WRITES);
    },
  },
  faultRow('queues-refuse', 'SQS, SNS and S3 refuse connections', 1_000, () => cutting()),
  faultRow('queues-answer-5xx', 'SQS, SNS and S3 answer 503', 1_000, () => failing()),
  faultRow('queues-throttle', 'SQS and SNS answer 400 ThrottlingException', 1_000, () => throttling()),
  faultRow('queues-freeze', `SQS, SNS and S3 accept and never answer for ${FROZEN_MS / 1000} s`, FROZEN_MS, () => freezing()),
  faultRow('queues-slow', 'every call takes 200 ms longer', 1_000, () => delaying(200)),
  {
    ...faultRow('answers-lost', 'a third of the answers of SQS and SNS are lost after success', 2_000, ({ random }) =>
      losingAnswers(random, 0.33),
    ),
    invariant: 'no loss; one effect each',
    verify: assertRepeated,
  },
  {
    ...faultRow('batch-partly-failed', 'PublishBatch refuses a third of its entries', 1_500, ({ random }) => refusingEntries(random, 0.33)),
    invariant: 'only what failed is sent again',
    verify: assertNothingRepeated,
  },
  {
    ...faultRow('deliveries-duplicated', 'half of the batches are delivered two or three times', 1_500, ({ random }) =>
      duplicating(random, 0.5),
    ),
    invariant: 'counts equal versions',
    verify: assertRepeated,
  },
  {
    name: 'deliveries-reordered',
    fault: 'every message arrives alone and up to 600 ms late',
    invariant: 'counts equal versions; last version wins',
    run: async ({ platform, load, random }) => {
      const { fault, deliver } = reordering(random, 600);
      const end = platform.queueProxy.use(fault);
      await load.progress(SOME_WRITES * 4);
      end();
      await deliver();
    },
  },
  {
    name: 'deliveries-very-late',
    fault: 'messages are kept back and arrive after newer ones, the newest first',
    invariant: 'counts equal versions; last version wins',
    run: async ({ platform, load }) => {
      const { fault, deliver } = keepingBack();
      const end = platform.queueProxy.use(fault);
      await load.progress(SOME_WRITES * 3);
      end();
      await load.progress(SOME_WRITES);
      await deliver();
    },
  },
];
