import { waitFor } from '@torii/testing';
import { z } from 'zod';
import { MAX_ATTEMPTS as WORKER_MAX_ATTEMPTS } from '@torii/jobs/src/events/worker-handlers.ts';
import { LEDGER_MAX_ATTEMPTS, LEDGER_QUEUE, WORKER_QUEUE } from '../platform/names.ts';
import type { Fault, FaultInForce, Matches } from '../proxies/queue-proxy.ts';
import {
  cutting,
  delaying,
  duplicating,
  failing,
  failingInManyWays,
  freezing,
  isPoll,
  isPublish,
  isStore,
  keepingBack,
  losingAnswers,
  refusingEntries,
  reordering,
  throttling,
} from '../proxies/queue-faults.ts';
import { bringingBack } from '../proxies/queue-time.ts';
import { assertTrue, type Row, SOME_WRITES, type Stage } from './row.ts';

const DRAINS = 'the backlog is bounded and drains afterwards';
/** Writes go on at some hundred a second for a few seconds: what a table must hold. */
const BOUND_ROWS = 20_000;
/** A machine that is busy takes its time; nothing is asserted about how much. */
const PATIENCE_MS = 120_000;
/** Calls of a kind that must meet the fault: the first, and some after its failure was noticed. */
const MANY = 3;

/** The SDK tries once more by itself. */
const MOST_TRIES = 2;

type IsEnough = (stage: Stage, inForce: FaultInForce) => boolean;

/** Whoever publishes and whoever polls has met the fault. */
const meetsAll: IsEnough = (_stage, inForce) => inForce.hits(isPublish) >= MANY && inForce.hits(isPoll) >= MANY;
/** The fault is about publications. */
const meetsPublishers: IsEnough = (_stage, inForce) => inForce.hits(isPublish) >= MANY;

/** Under this fault until it has done enough, then no more. */
async function under(stage: Stage, fault: Fault, isEnough: IsEnough, act?: () => Promise<void>): Promise<string> {
  const { platform, load } = stage;
  await load.progress(SOME_WRITES);
  const inForce = platform.queueProxy.use(fault);
  await waitFor(() => isEnough(stage, inForce), { timeoutMs: PATIENCE_MS, what: 'Enough of the fault' });
  await act?.();
  await load.progress(SOME_WRITES);
  const backlog = await countOutbox(platform);
  inForce.end();
  platform.queueProxy.restore();
  assertTrue(backlog < BOUND_ROWS, `The outbox has ${backlog} rows.`);
  return `${inForce.hits()} calls; backlog ${backlog}`;
}

async function countOutbox(platform: Stage['platform']): Promise<number> {
  const [row] = await platform.observer.query<{ count: number }>('SELECT COUNT(*) AS count FROM catalog.outbox_messages');
  return Number(row?.count ?? 0);
}

interface FaultRow {
  readonly name: string;
  readonly fault: string;
  readonly isEnough: IsEnough;
  readonly create: (stage: Stage) => Fault;
}

function faultRow({ name, fault, isEnough, create }: FaultRow): Row {
  return { name, fault, invariant: DRAINS, run: (stage) => under(stage, create(stage), isEnough) };
}

/** Nothing that was taken is sent again. */
async function assertNothingRepeated({ platform }: Stage): Promise<void> {
  const { repeated } = platform.publications;
  assertTrue(repeated() === 0, `${repeated()} messages were sent again although they had been taken.`);
}

async function assertRepeated({ platform }: Stage): Promise<void> {
  assertTrue(platform.traffic.deliveries().repeated > 0, 'No message was delivered twice: the fault did not happen.');
}

/** A claim in S3, an import from S3 and its rejects to S3: all are tried again, and none is given up as what can never succeed. */
const slowStore: Row = {
  name: 's3-slows-down',
  fault: 'S3 answers 503 SlowDown, 500 InternalError and a bare 502 in turn, for longer than a consumer has patience with a bug',
  invariant: 'no dead letter; the import completes',
  run: async (stage) => {
    const { platform, load } = stage;
    const { processes, queues } = platform;
    await load.progress(SOME_WRITES);
    const body = await waitFor(() => findHandled(platform), { timeoutMs: PATIENCE_MS, what: 'A message with its effect' });
    const claim = z.string().parse(await platform.broker().ask('deposit', body));
    await processes.kill('worker');
    const upload = await load.upload({ rows: 60, badRows: 2 });
    const ended = load.startImport(upload);
    await waitFor(async () => Number((await platform.depths([WORKER_QUEUE]))[WORKER_QUEUE]) > 0, {
      timeoutMs: PATIENCE_MS,
      what: 'The command of the import',
    });
    platform.queueProxy.use(bringingBack(WORKER_QUEUE, 1));
    const [reading, others] = [isUpload, isOtherStore].map((matches) => platform.queueProxy.use(failingInManyWays(matches)));
    await Promise.all([queues.send(LEDGER_QUEUE, [claim]), processes.start('worker')]);
    const isEnough = (what: string, check: () => boolean) => waitFor(check, { timeoutMs: PATIENCE_MS, what });
    await isEnough('Reads of the upload in vain', () => Number(reading?.hits()) >= MANY);
    reading?.end();
    await isEnough('More claims in vain than bugs are forgiven', () => Number(others?.hits(isClaim)) > MOST_TRIES * LEDGER_MAX_ATTEMPTS);
    await isEnough('More rejects in vain than that', () => Number(others?.hits(isRejects)) > MOST_TRIES * WORKER_MAX_ATTEMPTS);
    others?.end();
    const { ended: job } = await ended;
    assertTrue(job.status === 'completed', `The job is ${job.status}.`);
    return `${Number(reading?.hits()) + Number(others?.hits())} calls`;
  },
};

const isClaim: Matches = ({ method, path }) => method === 'GET' && path.includes('/claims/');
const isUpload: Matches = ({ path }) => path.includes('/uploads/');
const isOtherStore: Matches = (call) => isStore(call) && !isUpload(call);
/** The file of rejected rows, which an import ends with. */
const isRejects: Matches = ({ method, path }) => method === 'PUT' && path.includes('/rejects/');

/** Body of a message that has taken effect: to deliver it again changes nothing. */
async function findHandled({ observer, traffic }: Stage['platform']): Promise<string | undefined> {
  const rows = await observer.query<{ id: string }>('SELECT message_id AS id FROM ledger.effects');
  return rows.map(({ id }) => traffic.bodies().get(id)).find((body) => body !== undefined);
}

export const queueRows: readonly Row[] = [
  {
    name: 'kill-broker',
    fault: 'kill -9 the broker (SQS, SNS and S3), start it with what it had acknowledged after more was written',
    invariant: DRAINS,
    run: async ({ platform, load }) => {
      await load.progress(SOME_WRITES);
      await platform.killBroker();
      await load.progress(SOME_WRITES);
      await platform.startBroker();
      await load.progress(SOME_WRITES);
    },
  },
  faultRow({ name: 'queues-refuse', fault: 'SQS, SNS and S3 refuse connections', isEnough: meetsAll, create: () => cutting() }),
  faultRow({ name: 'queues-answer-5xx', fault: 'SQS, SNS and S3 answer 503', isEnough: meetsAll, create: () => failing() }),
  {
    name: 'queues-fail-in-many-ways',
    fault: 'SQS, SNS and S3 answer 500 InternalError, 400 KmsThrottled and a bare 502 in turn; a consumer is started meanwhile',
    invariant: DRAINS,
    run: (stage) => under(stage, failingInManyWays(), meetsAll, () => stage.platform.processes.restart('ledger')),
  },
  slowStore,
  faultRow({
    name: 'queues-throttle',
    fault: 'SQS and SNS answer 400 ThrottlingException',
    isEnough: meetsAll,
    create: () => throttling(),
  }),
  faultRow({
    name: 'queues-freeze',
    fault: 'SQS, SNS and S3 accept and never answer, until a caller waits no longer',
    isEnough: ({ platform }, inForce) => inForce.hits(isPublish) > 0 && inForce.hits(isPoll) > 0 && platform.queueProxy.abandoned() > 0,
    create: () => freezing(),
  }),
  faultRow({
    name: 'queues-slow',
    fault: 'every call but polls takes 200 ms longer',
    isEnough: meetsPublishers,
    create: () => delaying(200),
  }),
  {
    ...faultRow({
      name: 'answers-lost',
      fault: 'a third of the answers of SQS and SNS are lost after success',
      isEnough: ({ platform }, inForce) =>
        inForce.hits(isPublish) >= MANY && inForce.hits(isPoll) > 0 && platform.traffic.deliveries().repeated > 0,
      create: ({ random }) => losingAnswers(random, 0.33),
    }),
    invariant: 'no loss; one effect each',
    verify: assertRepeated,
  },
  {
    ...faultRow({
      name: 'batch-partly-failed',
      fault: 'PublishBatch refuses a third of its entries',
      isEnough: meetsPublishers,
      create: ({ random }) => refusingEntries(random, 0.33),
    }),
    invariant: 'only what failed is sent again',
    verify: assertNothingRepeated,
  },
  {
    ...faultRow({
      name: 'deliveries-duplicated',
      fault: 'half of the batches are delivered two or three times',
      isEnough: meetsPublishers,
      create: ({ random }) => duplicating(random, 0.5),
    }),
    invariant: 'counts equal versions',
    verify: assertRepeated,
  },
  {
    name: 'deliveries-reordered',
    fault: 'every message arrives alone and up to 600 ms late',
    invariant: 'counts equal versions; last version wins',
    run: async ({ platform, load, random }) => {
      const { fault, deliver } = reordering(random, 600);
      const { end } = platform.queueProxy.use(fault);
      await load.progress(SOME_WRITES * 3);
      await waitFor(() => platform.traffic.overtaken() >= MANY, { timeoutMs: PATIENCE_MS, what: 'Newer versions before older ones' });
      end();
      await deliver();
      return `${platform.traffic.overtaken()} overtaken`;
    },
  },
  {
    name: 'deliveries-very-late',
    fault: 'messages are kept back and arrive after newer ones, the newest first',
    invariant: 'counts equal versions; last version wins',
    run: async ({ platform, load }) => {
      const { fault, deliver } = keepingBack();
      const { end } = platform.queueProxy.use(fault);
      await load.progress(SOME_WRITES * 3);
      end();
      await load.progress(SOME_WRITES);
      await deliver();
    },
    verify: async ({ platform }) => assertTrue(platform.traffic.overtaken() > 0, 'Nothing arrived after a newer version.'),
  },
];
