import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { createOutbox, type DedicatedConnection } from '@torii/chassis';
import { setTimeout as delay } from 'node:timers/promises';
import { ATTRIBUTES, createData, TYPE } from '../messages/sample-message.ts';
import { latencyInput } from '../messages/tasks.ts';
import { serveParent } from '../processes/serve-parent.ts';
import { BATCH_SIZE } from './concurrency.ts';
import { connectBenchDatabase, logger } from './connect.ts';
import { startToriiConsumer } from './torii-consumer.ts';
import { measureLatencies } from './latency.ts';

// The same outbox and the same consumer with the relay that most outboxes have: it looks for rows five times a second.

const POLL_MS = 200;
const LIMIT = 100;

const database = await connectBenchDatabase();
const outbox = createOutbox({ publisher: 'catalog', database, logger });
const sns = new SNSClient();

async function latency(input: unknown): Promise<{ readonly latenciesMs: readonly number[] }> {
  const { topicArn, queueUrl, ...load } = latencyInput.parse(input);
  return measureLatencies(database, load, {
    start: async (markHandled) => {
      const stopConsumer = await startToriiConsumer({ database, queueUrl, markHandled });
      const stopRelay = await startPolling(topicArn);
      return () => Promise.all([stopConsumer(), stopRelay()]);
    },
    inTransaction: (tx, id) => {
      const data = createData();
      return outbox.publish(tx, { type: TYPE, aggregateId: data.itemId, aggregateVersion: data.version, data, id });
    },
  });
}

async function startPolling(topicArn: string): Promise<() => Promise<void>> {
  const connection = await database.connect();
  let stopping = false;
  const poll = async (): Promise<void> => {
    while (!stopping) if ((await publishRows(connection, topicArn)) === 0) await delay(POLL_MS);
    await connection.close();
  };
  const polling = poll();
  return () => {
    stopping = true;
    return polling;
  };
}

/** @returns how many there were */
async function publishRows(connection: DedicatedConnection, topicArn: string): Promise<number> {
  const rows = await connection.query<{ id: number; body: string }>(`SELECT id, body FROM outbox_messages ORDER BY id LIMIT ${LIMIT}`);
  if (rows.length === 0) return 0;
  const batches = Array.from({ length: Math.ceil(rows.length / BATCH_SIZE) }, (_batch, index) =>
    rows.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  await Promise.all(
    batches.map((batch) => {
      const entries = batch.map(({ id, body }) => ({ Id: String(id), Message: body, MessageAttributes: ATTRIBUTES }));
      return sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }));
    }),
  );
  await connection.query('DELETE FROM outbox_messages WHERE id IN (?)', [rows.map(({ id }) => id)]);
  return rows.length;
}

serveParent({}, { latency });
