import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { waitFor } from '@torii/testing';
import { type Harness, createHarness, envelopeOf } from './messaging-harness.ts';

/** The longest that SQS keeps a message. */
const RETENTION_DAYS = 14;
/** In its queue, in the dead-letter queue, and in its queue again after a redrive on the last day. */
const LATEST_REDELIVERY_DAYS = 3 * RETENTION_DAYS;

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.stop());

const inboxIds = async () =>
  (await harness.schema.query<{ id: string }>('SELECT message_id AS id FROM inbox_messages ORDER BY id')).map(({ id }) => id);

async function handledDaysAgo(id: string, days: number): Promise<void> {
  await harness.schema.query(
    `INSERT INTO inbox_messages (consumer, message_id, received_at) VALUES ('catalog', ?, NOW(3) - INTERVAL ${days} DAY)`,
    [id],
  );
}

describe('pruning', () => {
  it('leaves what can still come: a copy redriven on the last possible day has no second effect', async () => {
    await handledDaysAgo('last-day', LATEST_REDELIVERY_DAYS);
    await handledDaysAgo('long-ago', LATEST_REDELIVERY_DAYS + 10);
    harness.relay(harness.outbox('catalog')).start();
    await waitFor(async () => (await inboxIds()).length === 1);
    expect(await inboxIds()).toEqual(['last-day']);

    const seen: string[] = [];
    const queueUrl = harness.broker.queueUrl('catalog-events');
    await harness.broker.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: envelopeOf('last-day') }));
    await harness.consumer({ 'catalog.item.deleted.v1': async ({ id }) => void seen.push(id) }).start();
    await waitFor(() => harness.broker.depth(queueUrl) === 0);
    expect(seen).toEqual([]);
  });

  it('removes any number of rows, some at a time, and old failures and idempotency keys too', async () => {
    await harness.schema.query(
      `INSERT INTO inbox_messages (consumer, message_id, received_at)
       SELECT 'catalog', CONCAT('old-', seq), NOW(3) - INTERVAL 100 DAY FROM seq_1_to_2500`,
    );
    await handledDaysAgo('new', 0);
    const [old, recent] = ['NOW(3) - INTERVAL 100 DAY', 'NOW(3)'];
    for (const [id, at] of [
      ['old', old],
      ['new', recent],
    ]) {
      await harness.schema.query(
        `INSERT INTO message_failures (consumer, message_id, attempts, first_error, last_error, last_failed_at) VALUES ('catalog', ?, 1, 'x', 'x', ${at})`,
        [id],
      );
      await harness.schema.query(
        `INSERT INTO idempotency_keys (user_id, idempotency_key, fingerprint, created_at) VALUES ('u', ?, 'f', ${at})`,
        [id],
      );
    }
    harness.relay(harness.outbox('catalog'), { pollMs: 50 }).start();
    await waitFor(async () => (await inboxIds()).length === 1);
    expect(await inboxIds()).toEqual(['new']);
    expect(await harness.schema.query('SELECT message_id AS id FROM message_failures')).toEqual([{ id: 'new' }]);
    expect(await harness.schema.query('SELECT idempotency_key AS id FROM idempotency_keys')).toEqual([{ id: 'new' }]);
  });
});
