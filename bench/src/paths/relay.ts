import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import { createLogger, createOutbox, createRelay, createSnsClient } from '@torii/chassis';
import { waitFor } from '@torii/testing';
import type { ServiceSchema } from '../backends.ts';
import type { Benchmark } from '../benchmark.ts';
import { measureRounds } from '../rounds.ts';
import { createItem, createUserId } from '../sample-items.ts';
import { median, ratiosOf } from '../statistics.ts';

const MESSAGES = 8000;
const AGGREGATES = 2000;
/** What PublishBatch takes. */
const BATCH_SIZE = 10;
/** As many calls at once as the relay makes. */
const CALLERS = 8;
const ROUNDS = 6;
const BUDGET_MS = 22_000;
const DRAIN_TIMEOUT_MS = 30_000;
/** An event that a queue is subscribed to, as most are. */
const TYPE = 'catalog.item.changed.v1';
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

interface RelayRound {
  /** Messages per second. */
  readonly relay: number;
  readonly loop: number;
}

/** The relay from its start to an empty outbox; the loop publishes the same messages from memory, by the same client. */
export const relayBenchmark: Benchmark = {
  name: 'relay',
  title: 'outbox relay, from the first read to an empty outbox',
  run: async (backends, say) => {
    const schema = await backends.createServiceSchema('catalog');
    const sns = createSnsClient();
    const topicArn = backends.broker.topicArns.catalog;
    const body = createBody();
    const rounds = await measureRounds<RelayRound>(
      { loop: () => measureLoop(sns, topicArn, body), relay: () => measureRelay(schema, { sns, topicArn, body }) },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    sns.destroy();
    const [relay, loop] = [median(rounds.map((round) => round.relay)), median(rounds.map((round) => round.loop))];
    return [
      {
        path: 'outbox relay, messages/s',
        reference: 'PublishBatch loop without a database',
        ratios: ratiosOf(
          rounds,
          (round) => round.relay,
          (round) => round.loop,
        ),
        target: { atLeast: 0.85 },
        note: `${Math.round(relay)}/s against ${Math.round(loop)}/s`,
      },
    ];
  },
};

function createBody(): string {
  const { id: itemId, ...item } = createItem(1, createUserId());
  const data = { itemId, ...item, changedFields: ['price'] };
  return JSON.stringify({
    specversion: '1.0',
    id: itemId,
    source: '/torii/catalog',
    type: TYPE,
    subject: itemId,
    time: item.createdAt,
    data,
  });
}

async function measureLoop(sns: SNSClient, topicArn: string, body: string): Promise<number> {
  let sent = 0;
  const call = async (): Promise<void> => {
    while (sent < MESSAGES) {
      const first = sent;
      sent += BATCH_SIZE;
      const entries = Array.from({ length: BATCH_SIZE }, (_entry, index) => ({
        Id: String(first + index),
        Message: body,
        MessageAttributes: {
          type: { DataType: 'String', StringValue: TYPE },
          traceparent: { DataType: 'String', StringValue: TRACEPARENT },
        },
      }));
      await sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }));
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, call));
  return perSecond(startedAtMs);
}

async function measureRelay(
  schema: ServiceSchema,
  { sns, topicArn, body }: { readonly sns: SNSClient; readonly topicArn: string; readonly body: string },
): Promise<number> {
  const { database } = schema;
  await schema.query(
    `INSERT INTO outbox_messages (message_id, destination, type, aggregate_id, body, traceparent)
     SELECT CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0')), 'topic', ?, CONCAT('aggregate-', seq % ${AGGREGATES}), ?, ?
     FROM seq_1_to_${MESSAGES}`,
    [TYPE, body, TRACEPARENT],
  );
  const logger = createLogger({ serviceName: 'bench', level: 'silent' });
  const relay = createRelay({ outbox: createOutbox({ publisher: 'catalog', database }), database, sns, topicArn, logger });
  const startedAtMs = performance.now();
  relay.start();
  await waitFor(async () => (await schema.query('SELECT id FROM outbox_messages LIMIT 1')).length === 0, {
    timeoutMs: DRAIN_TIMEOUT_MS,
    what: 'An empty outbox',
  });
  const rate = perSecond(startedAtMs);
  await relay.stop();
  return rate;
}

function perSecond(startedAtMs: number): number {
  return MESSAGES / ((performance.now() - startedAtMs) / 1000);
}
