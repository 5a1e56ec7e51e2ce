import { randomUUID } from 'node:crypto';
import { waitFor } from '@torii/testing';
import { z } from 'zod';
import { LEDGER_QUEUE } from '../platform/names.ts';
import { failing } from '../proxies/queue-faults.ts';
import type { Deliveries } from '../proxies/queue-time.ts';
import { assertTrue, type Row, SOME_WRITES, type Stage } from './row.ts';

const DEAD_LETTERS = `${LEDGER_QUEUE}-dlq`;
const failure = z.object({ reason: z.string(), attempts: z.number(), firstError: z.string(), lastError: z.string() });
/** A third attempt comes after some seconds, on a busy machine later. */
const RETRIES_MS = 60_000;
/** A heartbeat that a busy machine sends too late is not the consumer's fault; one that it never sends fails every try. */
const HEARTBEAT_TRIES = 3;
/** A second delivery comes only between the visibility timeout and the end of the handler, and only if a poller is free then. */
const REPEAT_TRIES = 8;

/** By the name of the item the ledger knows what is asked of it. */
async function createItem({ load: { client } }: Stage, wish: string): Promise<string> {
  const name = `${wish} ${randomUUID()}`;
  const answer = await client.send('POST', '/catalog/items', { body: { sku: randomUUID(), name } });
  assertTrue(answer?.status === 201, `An item could not be created: ${answer?.status ?? 'no answer'}.`);
  return name;
}

/** One message whose handler takes longer than the visibility timeout, until its effect is there. */
async function handleSlowly(stage: Stage): Promise<Deliveries> {
  const { traffic, observer } = stage.platform;
  const name = await createItem(stage, 'slow');
  await waitFor(async () => (await observer.query('SELECT 1 FROM ledger.states WHERE name = ?', [name])).length > 0, {
    timeoutMs: RETRIES_MS,
    what: 'The effect of the slow handler',
  });
  return traffic.deliveries(name);
}

const poison: Row = {
  name: 'poison-in-a-batch',
  fault: 'no JSON, no envelope, no contract, data that no contract allows; a handler that refuses, one that fails',
  invariant: 'each reaches the dead-letter queue with its reason; its neighbours are acknowledged',
  deadLetters: 6,
  poison: '^(refused|broken) ',
  run: async (stage) => {
    const { platform, load } = stage;
    await load.progress(SOME_WRITES);
    const envelope = {
      specversion: '1.0',
      id: randomUUID(),
      source: '/torii/catalog',
      subject: 'x',
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
    };
    const bodies = [
      'not json',
      '{}',
      { ...envelope, type: 'nobody.knows.v1', data: {} },
      { ...envelope, type: 'catalog.item.deleted.v1', data: {} },
    ];
    await platform.queues.send(
      LEDGER_QUEUE,
      bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body))),
    );
    await Promise.all([createItem(stage, 'refused'), createItem(stage, 'broken')]);
    await load.progress(SOME_WRITES);
    await waitFor(async () => (await platform.depths([DEAD_LETTERS]))[DEAD_LETTERS] === 6, {
      timeoutMs: RETRIES_MS,
      what: 'Six dead letters',
    });
  },
  verify: async ({ platform }) => {
    const letters = await platform.queues.take(DEAD_LETTERS);
    const reasons = letters.map((letter) => failure.parse(JSON.parse(letter.MessageAttributes?.['failure']?.StringValue ?? 'null')).reason);
    const expected = ['REFUSED_BY_LEDGER', 'attempts-exhausted', 'invalid-data', 'not-an-envelope', 'not-json', 'unknown-type'];
    assertTrue(String(reasons.sort()) === String(expected), `Dead letters say ${reasons.join(', ')}.`);
  },
};

const slowWithHeartbeat: Row = {
  name: 'slow-handler',
  fault: 'a handler takes longer than the visibility timeout',
  invariant: 'the heartbeat keeps the message: delivered once, one effect',
  run: async (stage) => {
    await stage.load.progress(SOME_WRITES);
    for (let tries = 1; tries <= HEARTBEAT_TRIES; tries += 1) {
      if ((await handleSlowly(stage)).repeated === 0) return;
    }
    throw new Error(`${HEARTBEAT_TRIES} messages of ${HEARTBEAT_TRIES} were delivered again although their handler was at work.`);
  },
  verify: async ({ platform: { traffic } }) => assertTrue(traffic.heartbeats() > 0, 'Nobody sent a heartbeat: the fault did not happen.'),
};

const slowWithoutHeartbeat: Row = {
  name: 'slow-handler-no-heartbeat',
  fault: 'a handler takes longer than the visibility timeout, and its heartbeats are refused',
  invariant: 'delivered again, one effect',
  run: async (stage) => {
    await stage.load.progress(SOME_WRITES);
    stage.platform.queueProxy.use(
      failing(({ operation, target }) => target === LEDGER_QUEUE && operation === 'ChangeMessageVisibilityBatch'),
    );
    for (let tries = 1; tries <= REPEAT_TRIES; tries += 1) if ((await handleSlowly(stage)).repeated > 0) return;
    throw new Error(
      `None of ${REPEAT_TRIES} messages was delivered again although their handlers were slower than the visibility timeout.`,
    );
  },
};

const inboxPruned: Row = {
  name: 'inbox-pruned',
  fault:
    'the inbox is pruned; a message from 42 days ago (twice the retention of its queue, once of the dead-letter queue) is delivered again',
  invariant: 'what was older than 45 days is gone; still one effect',
  run: async ({ platform, load }) => {
    const { query } = platform.observer;
    await load.progress(SOME_WRITES);
    const [known] = await waitFor(
      async () => {
        const rows = await query<{ id: string }>('SELECT message_id AS id FROM ledger.effects LIMIT 1');
        return rows.length > 0 ? rows : undefined;
      },
      { timeoutMs: RETRIES_MS },
    );
    const id = known?.id ?? '';
    await query('UPDATE ledger.inbox_messages SET received_at = NOW(3) - INTERVAL 42 DAY WHERE message_id = ?', [id]);
    const old = randomUUID();
    await query(
      "INSERT INTO ledger.inbox_messages (consumer, message_id, received_at) VALUES ('jobs-projection', ?, NOW(3) - INTERVAL 46 DAY)",
      [old],
    );
    await platform.processes.restart('ledger');
    await waitFor(async () => (await query('SELECT 1 FROM ledger.inbox_messages WHERE message_id = ?', [old])).length === 0, {
      timeoutMs: RETRIES_MS,
      what: 'Pruning',
    });
    await platform.queues.send(LEDGER_QUEUE, [platform.traffic.bodies().get(id) ?? '']);
    await load.progress(SOME_WRITES);
  },
  verify: async ({ platform }) => assertTrue(platform.traffic.deliveries().repeated > 0, 'The old message was not delivered again.'),
};

export const messageRows: readonly Row[] = [poison, slowWithHeartbeat, slowWithoutHeartbeat, inboxPruned];
