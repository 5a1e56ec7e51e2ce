import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { type Operations, send, startOperations, toBody } from './harness.ts';
import { createRecordingConsumer, type RecordingConsumer } from './recording-consumer.ts';

const bodies = (count: number): readonly string[] =>
  Array.from({ length: count }, () => {
    const itemId = randomUUID();
    return toBody(itemId, 'catalog.item.deleted.v1', { itemId, ownerId: randomUUID(), sku: 'sku', version: 2 });
  });
const idOf = (body: string): string => String((JSON.parse(body) as { id: string }).id);

describe('a redrive, at a consumer with an inbox', () => {
  let operations: Operations;
  let consumer: RecordingConsumer;

  beforeAll(async () => {
    operations = await startOperations();
    consumer = await createRecordingConsumer(operations, 'catalog', 'catalog-events');
    await consumer.start();
  });
  afterAll(async () => {
    await consumer.stop();
    await operations.stop();
  });

  it('changes nothing for a message that had its effect', async () => {
    const messages = bodies(15);
    for (const body of messages) await send(operations.broker, operations.queueUrl('catalog-events'), body);
    await waitFor(async () => (await consumer.effects()).length === 15);
    await operations.addDeadLetters(
      'catalog-events',
      messages.map((body) => ({ body, failure: { reason: 'attempts-exhausted' } })),
    );
    expect((await operations.run('dlq', 'redrive', '--queue', 'catalog-events', '--yes')).code).toBe(0);
    await waitFor(() => operations.depth('catalog-events') === 0);
    expect(operations.depth('catalog-events-dlq')).toBe(0);
    expect((await consumer.effects()).toSorted()).toEqual(messages.map(idOf).toSorted());
  });

  it('gives a poison message its effect once its cause is mended, and counts its attempts until then', async () => {
    const [body = ''] = bodies(1);
    consumer.breakHandlers(true);
    await send(operations.broker, operations.queueUrl('catalog-events'), body);
    await waitFor(() => operations.depth('catalog-events-dlq') === 1);
    const first = await operations.run('dlq', 'show', '--id', idOf(body), '--json');
    expect(JSON.parse(first.stdout)).toMatchObject([{ reason: 'attempts-exhausted', attempts: 1, failure: { lastError: 'Error: a bug' } }]);
    await redrive(idOf(body));
    await waitFor(() => operations.depth('catalog-events-dlq') === 1 && operations.depth('catalog-events') === 0);
    const { stdout } = await operations.run('dlq', 'list', '--queue', 'catalog-events', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ messages: [{ id: idOf(body), attempts: 2 }] });
    expect(await consumer.failures()).toEqual([idOf(body)]);
    consumer.breakHandlers(false);
    await redrive(idOf(body));
    await waitFor(async () => (await consumer.effects()).includes(idOf(body)));
    // Its first delivery after a redrive is one that has failed before: the message says so.
    await waitFor(async () => (await consumer.failures()).length === 0);
  });

  /** A command gives messages back a second after it has looked at them. */
  async function redrive(id: string): Promise<void> {
    await waitFor(async () => (await operations.run('dlq', 'redrive', '--id', id, '--yes')).stdout.includes('Sent back: 1 message'));
  }
});
