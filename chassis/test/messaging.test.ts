import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { waitFor } from '@torii/testing';
import { ServiceError, currentCorrelationId, withCorrelation } from '../src/index.ts';
import { type Harness, createHarness, deletedItem, envelopeOf, failureOf } from './messaging-harness.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.stop());

/** Puts messages straight into the queue, as SNS would. */
async function deliver(...messages: readonly { readonly id: string; readonly number?: number; readonly body?: string }[]): Promise<void> {
  await harness.broker.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: harness.broker.queueUrl('catalog-events'),
      Entries: messages.map(({ id, number = 1, body }, index) => ({ Id: String(index), MessageBody: body ?? envelopeOf(id, number) })),
    }),
  );
}

const inboxIds = async () =>
  (await harness.schema.query<{ id: string }>('SELECT message_id AS id FROM inbox_messages ORDER BY message_id')).map(({ id }) => id);
const queueIsEmpty = () => harness.broker.depth(harness.broker.queueUrl('catalog-events')) === 0;
const deadLetters = (count: number) => harness.broker.receiveAll(harness.broker.queueUrl('catalog-events-dlq'), count);

describe('an event', () => {
  it('goes from the commit of its publisher to its subscriber, with its correlation', async () => {
    const seen: unknown[] = [];
    const outbox = harness.outbox('catalog');
    harness.relay(outbox).start();
    const consumer = harness.consumer({
      'catalog.item.deleted.v1': async (message) => {
        seen.push({ sku: message.data.sku, version: message.aggregateversion, correlationId: currentCorrelationId() });
      },
    });
    await consumer.start();
    await withCorrelation({ correlationId: 'request-1' }, () =>
      harness.database.transaction((tx) =>
        outbox.publish(tx, { type: 'catalog.item.deleted.v1', aggregateId: 'a', aggregateVersion: 2, data: deletedItem(1) }),
      ),
    );
    await waitFor(() => seen.length === 1);
    expect(seen).toEqual([{ sku: 'SKU-1', version: 2, correlationId: 'request-1' }]);
    await waitFor(queueIsEmpty);
    await waitFor(async () => (await harness.schema.query('SELECT id FROM outbox_messages')).length === 0);
  });

  it('of a transaction that is rolled back is never published', async () => {
    const outbox = harness.outbox('catalog');
    const failing = harness.database.transaction(async (tx) => {
      await outbox.publish(tx, { type: 'catalog.item.deleted.v1', aggregateId: 'a', aggregateVersion: 2, data: deletedItem(1) });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await harness.schema.query('SELECT * FROM outbox_messages')).toEqual([]);
    expect(harness.logs.filter(({ msg }) => msg === 'business counted')).toEqual([]);
  });

  it('is counted once for the business, though its transaction was run again', async () => {
    const outbox = harness.outbox('catalog');
    let runs = 0;
    await harness.database.transaction(async (tx) => {
      await outbox.publish(tx, { type: 'catalog.item.deleted.v1', aggregateId: 'a', aggregateVersion: 2, data: deletedItem(1) });
      runs += 1;
      if (runs === 1) throw Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK' });
    });
    expect(runs).toBe(2);
    const counted = harness.logs.filter(({ msg }) => msg === 'business counted');
    expect(counted).toEqual([expect.objectContaining({ Service: 'catalog', ItemsDeleted: 1 })]);
  });

  it('that another service owns, or that breaks its contract, is refused', async () => {
    const outbox = harness.outbox('identity');
    const publish = (message: object) => harness.database.transaction((tx) => outbox.publish(tx, message as never));
    await expect(publish({ type: 'catalog.item.deleted.v1', aggregateId: 'a', aggregateVersion: 1, data: deletedItem(1) })).rejects.toThrow(
      'does not own it',
    );
    await expect(publish({ type: 'identity.user.deleted.v1', aggregateId: 'a', aggregateVersion: 1, data: {} })).rejects.toThrow();
  });
});

describe('a delivery', () => {
  it('takes effect once, however often it comes', async () => {
    const seen: string[] = [];
    await deliver({ id: 'm-1' }, { id: 'm-1' }, { id: 'm-2' });
    const consumer = harness.consumer({ 'catalog.item.deleted.v1': async (message) => void seen.push(message.id) });
    await consumer.start();
    await waitFor(queueIsEmpty);
    await deliver({ id: 'm-1' });
    await waitFor(queueIsEmpty);
    expect(seen.sort()).toEqual(['m-1', 'm-2']);
    expect(await inboxIds()).toEqual(['m-1', 'm-2']);
  });

  it('that nobody can read becomes a dead letter with the reason, and its neighbours are handled', async () => {
    const seen: string[] = [];
    await deliver(
      { id: 'good-1' },
      { id: 'x', body: 'no JSON' },
      { id: 'x', body: '{"id":"half"}' },
      { id: 'x', body: envelopeOf('u', 1).replace('item.deleted', 'item.eaten') },
      { id: 'x', body: envelopeOf('d', 1).replace('SKU-1"', 'SKU-1","version":"ada@example.com"').replace(',"version":2', '') },
      { id: 'good-2' },
    );
    await harness.consumer({ 'catalog.item.deleted.v1': async (message) => void seen.push(message.id) }).start();
    const letters = await deadLetters(4);
    await waitFor(queueIsEmpty);
    expect(seen.sort()).toEqual(['good-1', 'good-2']);
    expect(new Set(letters.map((letter) => Reflect.get(Object(failureOf(letter)), 'reason')))).toEqual(
      new Set(['not-json', 'not-an-envelope', 'unknown-type', 'invalid-data']),
    );
  });

  it('that its handler refuses becomes a dead letter at once, and its neighbours take effect', async () => {
    const seen: string[] = [];
    await deliver({ id: 'm-1' }, { id: 'poison' }, { id: 'm-3' });
    const consumer = harness.consumer({
      'catalog.item.deleted.v1': async (message) => {
        if (message.id === 'poison')
          throw new ServiceError({ code: 'ITEM_UNKNOWN', kind: 'not-found', message: 'Item 1 cannot be deleted: ada@example.com' });
        seen.push(message.id);
      },
    });
    await consumer.start();
    const [letter] = await deadLetters(1);
    await waitFor(queueIsEmpty);
    expect(failureOf(letter)).toMatchObject({
      reason: 'ITEM_UNKNOWN',
      attempts: 1,
      firstError: 'Item 1 cannot be deleted: [masked e-mail]',
    });
    expect(letter?.Body).toBe(envelopeOf('poison', 1));
    expect(await inboxIds()).toEqual(['m-1', 'm-3']);
    expect(new Set(seen)).toEqual(new Set(['m-1', 'm-3']));
  });

  it('that fails for a passing reason comes again', async () => {
    const attempts: number[] = [];
    await deliver({ id: 'm-1' });
    const consumer = harness.consumer({
      'catalog.item.deleted.v1': async (_message, { attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
        if (attempt === 2) throw new Error('a bug, perhaps a passing one');
      },
    });
    await consumer.start();
    await waitFor(queueIsEmpty);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('that meets a bug again and again becomes a dead letter', async () => {
    await deliver({ id: 'm-1' });
    await harness
      .consumer({ 'catalog.item.deleted.v1': () => Promise.reject(new TypeError('undefined is no function')) }, { maxAttempts: 2 })
      .start();
    const [letter] = await deadLetters(1);
    expect(failureOf(letter)).toMatchObject({
      reason: 'attempts-exhausted',
      attempts: 2,
      lastError: 'TypeError: undefined is no function',
    });
  });
});

describe('a slow handler', () => {
  it('keeps its message beyond the visibility timeout', async () => {
    const slow = harness.broker.createQueue('slow', { VisibilityTimeout: '2' });
    await harness.broker.sqs.send(new SendMessageCommand({ QueueUrl: slow, MessageBody: envelopeOf('m-1', 1) }));
    const attempts: number[] = [];
    const handler = async (_message: unknown, { attempt }: { readonly attempt: number }) => {
      attempts.push(attempt);
      await delay(3_500);
    };
    await harness.consumer({ 'catalog.item.deleted.v1': handler }, { queueUrl: slow, settings: { visibilityTimeoutSeconds: 2 } }).start();
    await waitFor(() => harness.broker.depth(slow) === 0);
    expect(attempts).toEqual([1]);
  });
});

describe('a command', () => {
  it('goes straight to the queue of its owner', async () => {
    const outbox = harness.outbox('identity');
    harness.relay(outbox).start();
    await harness.database.transaction((tx) =>
      outbox.send(tx, { type: 'identity.remove-account.v1', aggregateId: 'u', data: { userId: deletedItem(1).ownerId }, id: 'command-1' }),
    );
    const [message] = await harness.broker.receiveAll(harness.broker.queueUrl('identity-commands'), 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      id: 'command-1',
      type: 'identity.remove-account.v1',
      source: '/torii/identity',
    });
    expect(message?.MessageAttributes).toMatchObject({ type: { StringValue: 'identity.remove-account.v1' } });
  });
});

describe('stop', () => {
  it('finishes what was taken and lets nothing be delivered again', async () => {
    const total = 300;
    for (let first = 0; first < total; first += 10)
      await deliver(...Array.from({ length: 10 }, (_, index) => ({ id: `m-${first + index}` })));
    const seen: string[] = [];
    const handlers = {
      'catalog.item.deleted.v1': async (message: { readonly id: string }, { attempt }: { readonly attempt: number }) =>
        void seen.push(`${message.id}:${attempt}`),
    };
    const first = harness.consumer(handlers);
    await first.start();
    await waitFor(() => seen.length > 40);
    await first.stop();
    expect(harness.broker.depth(harness.broker.queueUrl('catalog-events'))).toBe(total - seen.length);
    await harness.consumer(handlers).start();
    await waitFor(queueIsEmpty);
    expect(new Set(seen).size).toBe(total);
    expect(seen.every((entry) => entry.endsWith(':1'))).toBe(true);
  });
});

describe('a queue', () => {
  it('of another consumer does not confuse the inbox', async () => {
    await harness.schema.query("INSERT INTO inbox_messages (consumer, message_id) VALUES ('jobs', 'm-1')");
    const seen: string[] = [];
    await harness.broker.sqs.send(
      new SendMessageCommand({ QueueUrl: harness.broker.queueUrl('catalog-events'), MessageBody: envelopeOf('m-1', 1) }),
    );
    await harness.consumer({ 'catalog.item.deleted.v1': async (message) => void seen.push(message.id) }).start();
    await waitFor(() => seen.length === 1);
  });
});
