// A pool is smaller than what wants a connection (docs/configuration.md, DATABASE_POOL_SIZE): then messages wait, and none fails for it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { waitFor } from '@torii/testing';
import { type Database, connectDatabase } from '../src/index.ts';
import { type Harness, createHarness, envelopeOf } from './messaging-harness.ts';

const POLLERS = 4;
const MESSAGES = 8;

let harness: Harness;
let database: Database;

beforeEach(async () => {
  harness = await createHarness();
});
afterEach(async () => {
  await harness.stop();
  await database.close();
});

/** Takes messages one by one, each poller on a connection of a pool of `pool`; `handle` runs inside the message's transaction. */
async function consume(pool: number, handle: () => Promise<unknown>): Promise<void> {
  database = await connectDatabase({ ...harness.schema.databaseOptions, pool });
  const entries = Array.from({ length: MESSAGES }, (_, index) => ({
    Id: String(index),
    MessageBody: envelopeOf(`message-${index}`, index),
  }));
  await harness.broker.sqs.send(new SendMessageBatchCommand({ QueueUrl: harness.broker.queueUrl('catalog-events'), Entries: entries }));
  const consumer = harness.consumer(
    { 'catalog.item.deleted.v1': async () => void (await handle()) },
    { database, settings: { concurrency: POLLERS, batchSize: 1 } },
  );
  await consumer.start();
  await waitFor(() => harness.broker.depth(harness.broker.queueUrl('catalog-events')) === 0);
}

const countTaken = async () => (await harness.schema.query('SELECT message_id FROM inbox_messages')).length;
const warnings = () => harness.logs.filter(({ level }) => Number(level) >= 40).map(({ msg }) => msg);

describe('a pool smaller than the pollers', () => {
  it('lets them wait for each other', async () => {
    let [handling, most] = [0, 0];
    await consume(2, async () => {
      handling += 1;
      most = Math.max(most, handling);
      await harness.schema.query('SELECT SLEEP(0.05)');
      handling -= 1;
    });
    expect(most).toBe(2);
    expect([await countTaken(), warnings()]).toEqual([MESSAGES, []]);
  });
});

describe('a pool with one connection more than there are pollers', () => {
  it('is enough for messages that all need a second one at the same time', async () => {
    let waiting: (() => void)[] = [];
    const untilAllHoldOne = () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length < POLLERS) return;
        for (const go of waiting) go();
        waiting = [];
      });
    await consume(POLLERS + 1, async () => {
      await untilAllHoldOne();
      await database.transaction((transaction) => database.sequelize.query('SELECT 1', { transaction }));
    });
    expect([await countTaken(), warnings()]).toEqual([MESSAGES, []]);
  });
});
