import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { PublishBatchCommand, PublishBatchCommandOutput, SNSClient } from '@aws-sdk/client-sns';
import { startTestBroker, waitFor } from '@torii/testing';
import type { Outbox } from '../src/index.ts';
import { type Harness, createHarness, deletedItem } from './messaging-harness.ts';

let harness: Harness;
afterEach(() => harness.stop());

const waiting = async () => (await harness.schema.query('SELECT id FROM outbox_messages')).length;

async function publish(outbox: Outbox<'catalog'>, number: number, version = 2): Promise<void> {
  await harness.database.transaction((tx) =>
    outbox.publish(tx, {
      type: 'catalog.item.deleted.v1',
      aggregateId: `item-${number}`,
      aggregateVersion: version,
      data: { ...deletedItem(number), version },
    }),
  );
}

/** Stands in for the topic: records what is published, and fails as told. */
function recordingSns(published: string[], decide: (bodies: readonly string[]) => readonly number[] | Error = () => []): SNSClient {
  const send = async (command: PublishBatchCommand): Promise<Pick<PublishBatchCommandOutput, 'Failed'>> => {
    const entries = command.input.PublishBatchRequestEntries ?? [];
    const bodies = entries.map(({ Message }) => Message ?? '');
    const failed = decide(bodies);
    if (failed instanceof Error) throw failed;
    published.push(...bodies.filter((_body, index) => !failed.includes(index)));
    return { Failed: failed.map((index) => ({ Id: entries[index]?.Id, Code: 'InternalError', SenderFault: false })) };
  };
  return { send } as unknown as SNSClient;
}

const versionsByItem = (bodies: readonly string[]): ReadonlyMap<string, readonly number[]> => {
  const events = bodies.map((body) => JSON.parse(body) as { subject: string; aggregateversion: number });
  return new Map(
    [...Map.groupBy(events, ({ subject }) => subject)].map(([subject, group]) => [subject, group.map((event) => event.aggregateversion)]),
  );
};

const [PRODUCERS, ROUNDS, ITEMS] = [8, 30, 10];

/** Eight producers change ten items 240 times, each a version further, while the relay publishes; ends when the outbox is empty. */
async function produceAndPublish(sns: SNSClient): Promise<void> {
  const outbox = harness.outbox('catalog');
  harness.relay(outbox, { sns, batchRows: 20, pollMs: 50 }).start();
  await harness.schema.query('CREATE TABLE versions (id INT PRIMARY KEY, version INT NOT NULL)');
  await harness.schema.query(`INSERT INTO versions SELECT seq, 0 FROM seq_0_to_${ITEMS - 1}`);
  const { sequelize } = harness.database;
  const produce = async (producer: number): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const item = (producer * 7 + round * 3) % ITEMS;
      await harness.database.transaction(async (tx) => {
        const options = { transaction: tx, replacements: [item] };
        await sequelize.query('UPDATE versions SET version = version + 1 WHERE id = ?', options);
        const [rows] = await sequelize.query('SELECT version FROM versions WHERE id = ?', options);
        const { version } = (rows as { version: number }[])[0] ?? { version: 0 };
        const event = { aggregateId: `item-${item}`, aggregateVersion: version, data: { ...deletedItem(item), version } };
        await outbox.publish(tx, { type: 'catalog.item.deleted.v1', ...event });
      });
    }
  };
  await Promise.all(Array.from({ length: PRODUCERS }, (_, producer) => produce(producer)));
  await waitFor(async () => (await waiting()) === 0);
}

function expectEveryVersionInOrder(bodies: readonly string[]): void {
  const versions = versionsByItem(bodies);
  expect([...versions.values()].flat()).toHaveLength(PRODUCERS * ROUNDS);
  for (const sequence of versions.values()) expect(sequence).toEqual(sequence.map((_version, index) => index + 1));
}

describe('the relay', () => {
  it('loses, doubles and reorders nothing while producers commit out of order', async () => {
    harness = await createHarness();
    const bodies: string[] = [];
    await produceAndPublish(recordingSns(bodies));
    expectEveryVersionInOrder(bodies);
  });

  it('keeps the order within an aggregate also while calls fail', async () => {
    harness = await createHarness();
    const bodies: string[] = [];
    let calls = 0;
    await produceAndPublish(recordingSns(bodies, () => (++calls % 4 === 0 ? new Error('throttled') : [])));
    expectEveryVersionInOrder(bodies);
  });

  it('sends again only what was refused', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const bodies: string[] = [];
    let refusals = 2;
    const decide = (batch: readonly string[]) =>
      refusals-- > 0 ? batch.flatMap((body, index) => (body.includes('"item-3"') ? [index] : [])) : [];
    for (let number = 0; number < 12; number += 1) await publish(outbox, number);
    harness.relay(outbox, { sns: recordingSns(bodies, decide), pollMs: 20 }).start();
    await waitFor(async () => (await waiting()) === 0);
    expect(bodies).toHaveLength(12);
  });

  it('deletes again, and does not publish again, when a delete fails', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const bodies: string[] = [];
    await publish(outbox, 1);
    let failures = 1;
    const beforeDelete = async () => {
      if (failures-- > 0) throw new Error('connection lost');
    };
    harness.relay(outbox, { sns: recordingSns(bodies), failpoints: { beforeDelete } }).start();
    await waitFor(async () => (await waiting()) === 0);
    expect(bodies).toHaveLength(1);
  });

  it('publishes again after it died between publication and delete: at least once', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const bodies: string[] = [];
    await publish(outbox, 1);
    let died = false;
    const dying = harness.relay(outbox, {
      sns: recordingSns(bodies),
      failpoints: {
        beforeDelete: () => {
          died = true;
          throw new Error('killed');
        },
      },
    });
    dying.start();
    await waitFor(() => died);
    await dying.stop();
    harness.relay(outbox, { sns: recordingSns(bodies) }).start();
    await waitFor(async () => (await waiting()) === 0);
    expect(bodies).toHaveLength(2);
  });

  it('hands over to another process when the leader stops, and when it loses its connection', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const [first, second]: [string[], string[]] = [[], []];
    const leader = harness.relay(outbox, { sns: recordingSns(first) });
    leader.start();
    await publish(outbox, 1);
    await waitFor(() => first.length === 1);
    harness.relay(outbox, { sns: recordingSns(second) }).start();
    await publish(outbox, 2);
    await waitFor(() => first.length === 2);
    expect(second).toEqual([]);
    const [lock] = await harness.schema.query<{ id: number }>(
      "SELECT IS_USED_LOCK('torii:messaging_w1:relay:0') AS id".replace('messaging_w1', harness.database.name),
    );
    await harness.schema.query(`KILL ${lock?.id}`);
    await leader.stop();
    await publish(outbox, 3);
    // Before it perhaps the second event once more: the connection may have been lost before its delete.
    await waitFor(() => second.at(-1)?.includes('"item-3"'));
    expect(first).toHaveLength(2);
  });

  it('loses the lead when it falls silent with its connection open, as a frozen process does', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const [first, second]: [string[], string[]] = [[], []];
    const frozen = Promise.withResolvers<void>();
    const settings = { leaseSeconds: 2, pollMs: 100 };
    const leader = harness.relay(outbox, { ...settings, sns: recordingSns(first), failpoints: { beforeDelete: () => frozen.promise } });
    leader.start();
    await publish(outbox, 1);
    await waitFor(() => first.length === 1);
    harness.relay(outbox, { ...settings, sns: recordingSns(second) }).start();
    // At least once: nobody can know that the silent one has published it.
    await waitFor(() => second.length === 1);
    frozen.resolve();
    await leader.stop();
    await publish(outbox, 2);
    await waitFor(() => second.length === 2);
    expect(first).toHaveLength(1);
  });

  it('keeps one destination going while another is down', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('identity');
    const relay = harness.relay(outbox, { sns: recordingSns([], () => new Error('topic is down')), batchRows: 5 });
    const userId = deletedItem(1).ownerId;
    await harness.database.transaction(async (tx) => {
      for (let number = 0; number < 10; number += 1)
        await outbox.publish(tx, {
          type: 'identity.user.deleted.v1',
          aggregateId: `u-${number}`,
          aggregateVersion: 1,
          data: { userId, deletedAt: '2026-01-01T00:00:00Z' },
        });
      await outbox.send(tx, { type: 'identity.remove-account.v1', aggregateId: 'u', data: { userId } });
    });
    relay.start();
    await harness.broker.receiveAll(harness.broker.queueUrl('identity-commands'), 1);
    await waitFor(async () => (await waiting()) === 10);
  });

  it('puts events for the world outside on the bus too', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('jobs');
    const [topic, bus]: [string[], unknown[]] = [[], []];
    const events = {
      send: async (command: PutEventsCommand) => {
        bus.push(...(command.input.Entries ?? []));
        return { Entries: (command.input.Entries ?? []).map(() => ({ EventId: '1' })) };
      },
    } as unknown as EventBridgeClient;
    harness.relay(outbox, { sns: recordingSns(topic), events, busName: 'torii-dev' }).start();
    const { ownerId } = deletedItem(1);
    const jobId = '0190a1b2-0000-7000-8000-0000000000aa';
    const data = { jobId, jobType: 'catalog-import', ownerId, attempt: 1 } as never;
    await harness.database.transaction((tx) =>
      outbox.publish(tx, { type: 'jobs.job.requested.v1', aggregateId: jobId, aggregateVersion: 1, data }),
    );
    await waitFor(async () => (await waiting()) === 0);
    expect(topic).toHaveLength(1);
    expect(bus).toEqual([
      expect.objectContaining({ Source: 'torii.jobs', DetailType: 'jobs.job.requested.v1', EventBusName: 'torii-dev', Detail: topic[0] }),
    ]);
  });

  it('reads again only rows that are not under way, and fills its calls', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const bodies: string[] = [];
    let calls = 0;
    await harness.database.transaction(async (tx) => {
      for (let number = 0; number < 400; number += 1)
        await outbox.publish(tx, {
          type: 'catalog.item.deleted.v1',
          aggregateId: `item-${number}`,
          aggregateVersion: 2,
          data: deletedItem(number),
        });
    });
    harness.relay(outbox, { sns: recordingSns(bodies, () => ((calls += 1), [])), batchRows: 100 }).start();
    await waitFor(async () => (await waiting()) === 0);
    expect(new Set(bodies).size).toBe(400);
    expect([bodies.length, calls <= 48]).toEqual([400, true]);
  });

  it('refuses a version that another has replaced', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    const retired = { type: 'catalog.item.created.v1', aggregateId: 'a', aggregateVersion: 1, data: {} } as never;
    await expect(harness.database.transaction((tx) => outbox.publish(tx, retired))).rejects.toThrow(
      'catalog.item.created.v2 has replaced it',
    );
  });

  it('logs how far it is behind: more while the topic is down, nothing once it is empty', async () => {
    harness = await createHarness();
    const outbox = harness.outbox('catalog');
    let isDown = true;
    const sns = recordingSns([], () => (isDown ? new Error('topic is down') : []));
    harness.relay(outbox, { sns, pollMs: 20, lagEveryMs: 100 }).start();
    const lag = () => harness.logs.filter(({ OutboxRows }) => OutboxRows !== undefined).at(-1);
    await waitFor(() => lag()?.['OutboxRows'] === 0);
    await publish(outbox, 1);
    await publish(outbox, 2);
    await waitFor(() => lag()?.['OutboxRows'] === 2 && Number(lag()?.['OutboxLagSeconds']) > 0.5);
    expect(lag()).toMatchObject({ Service: 'catalog', _aws: { CloudWatchMetrics: [{ Namespace: 'Torii' }] } });
    isDown = false;
    await waitFor(() => lag()?.['OutboxRows'] === 0);
    expect(lag()?.['OutboxLagSeconds']).toBe(0);
  });

  it('drains its backlog after the broker was away', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'torii-broker-'));
    harness = await createHarness({ stateFolder });
    const outbox = harness.outbox('catalog');
    const port = Number(new URL(harness.broker.endpoint).port);
    harness.relay(outbox).start();
    await harness.stopBroker();
    for (let number = 0; number < 25; number += 1) await publish(outbox, number);
    await waitFor(() => harness.logs.some(({ msg }) => msg === 'destination cannot be reached'));
    expect(await waiting()).toBe(25);
    const revived = await startTestBroker({ stateFolder, port });
    const messages = await revived.receiveAll(revived.queueUrl('catalog-events'), 25);
    expect(new Set(messages.map(({ Body }) => (JSON.parse(Body ?? '') as { id: string }).id)).size).toBe(25);
    await waitFor(async () => (await waiting()) === 0);
    await revived.stop();
    await rm(stateFolder, { recursive: true, force: true });
  });
});
