import { setTimeout as delay } from 'node:timers/promises';
import { createOutbox, createRelay, createSnsClient } from '@torii/chassis';
import { createData, createMessage, TYPE } from '../messages/sample-message.ts';
import { consumeInput, latencyInput, publishInput } from '../messages/tasks.ts';
import { serveParent } from '../processes/serve-parent.ts';
import { measureConsumption } from './acknowledgements.ts';
import { claims, connectBenchDatabase, logger } from './connect.ts';
import { measureLatencies } from './latency.ts';
import { sqs, startToriiConsumer } from './torii-consumer.ts';

// Outbox, relay and consumer as services have them; only the handler does nothing.

const AGGREGATES = 2000;
const EMPTY_CHECK_MS = 10;

const database = await connectBenchDatabase();
const outbox = createOutbox({ publisher: 'catalog', database, logger });
const sns = createSnsClient();

/** From the start of the relay to an empty outbox; the rows are there before. */
async function publish(input: unknown): Promise<{ readonly perSecond: number }> {
  const { topicArn, count } = publishInput.parse(input);
  const { traceparent, ...message } = createMessage();
  await database.sequelize.query(
    `INSERT INTO outbox_messages (message_id, destination, type, aggregate_id, body, traceparent)
     SELECT CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0')), 'topic', ?, CONCAT('aggregate-', seq % ${AGGREGATES}), ?, ?
     FROM seq_1_to_${count}`,
    { replacements: [TYPE, JSON.stringify({ ...message, traceparent }), traceparent] },
  );
  const connection = await database.connect();
  const relay = createRelay({ outbox, database, sns, topicArn, claims, logger });
  const startedAtMs = performance.now();
  relay.start();
  while ((await connection.query('SELECT id FROM outbox_messages LIMIT 1')).length > 0) await delay(EMPTY_CHECK_MS);
  const perSecond = count / ((performance.now() - startedAtMs) / 1000);
  await Promise.all([relay.stop(), connection.close()]);
  return { perSecond };
}

async function consume(input: unknown): Promise<{ readonly perSecond: number }> {
  const { queueUrl, count } = consumeInput.parse(input);
  return measureConsumption({ sqs, count }, () => startToriiConsumer({ database, queueUrl, markHandled: () => {} }));
}

/** A message is handled when the transaction of its effect has committed. */
async function latency(input: unknown): Promise<{ readonly latenciesMs: readonly number[] }> {
  const { topicArn, queueUrl, ...load } = latencyInput.parse(input);
  const relay = createRelay({ outbox, database, sns, topicArn, claims, logger });
  return measureLatencies(database, load, {
    start: async (markHandled) => {
      const stopConsumer = await startToriiConsumer({ database, queueUrl, markHandled });
      relay.start();
      return () => Promise.all([stopConsumer(), relay.stop()]);
    },
    inTransaction: (tx, id) => {
      const data = createData();
      return outbox.publish(tx, { type: TYPE, aggregateId: data.itemId, aggregateVersion: data.version, data, id });
    },
  });
}

serveParent({}, { publish, consume, latency });
