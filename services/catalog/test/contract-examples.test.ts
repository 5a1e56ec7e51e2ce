// Catalog takes every golden example of every message that its queues may bring, retired versions too.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliverExample, listGoldenExamples, waitFor } from '@torii/testing';
import { startTestCatalog, type TestCatalog } from './start-test-catalog.ts';

let catalog: TestCatalog;

beforeAll(async () => {
  catalog = await startTestCatalog();
});
afterAll(() => catalog.stop());

describe.each([
  ['catalog-events', 10],
  ['catalog-commands', 2],
] as const)('%s', (queue, floor) => {
  const examples = listGoldenExamples(queue);

  it(`has at least ${floor} examples`, () => {
    expect(examples.length).toBeGreaterThanOrEqual(floor);
  });

  it.each(examples)('brings $type, $name', async (example) => {
    expect(await deliverExample(catalog.broker, queue, example)).toBeUndefined();
    const { id } = JSON.parse(example.body) as { readonly id: string };
    const rows = await catalog.schema.query("SELECT 1 FROM inbox_messages WHERE consumer = 'catalog' AND message_id = ?", [id]);
    expect(rows).toHaveLength(1);
  });
});

describe('what comes of them', () => {
  it('is published as its contracts say: the broker reads along, and fails this file at its end otherwise', async () => {
    // Two applied batches, and the items they made.
    await waitFor(() => catalog.broker.countWritten() >= 4, { what: 'What catalog publishes' });
  });
});

describe('the guard of examples', () => {
  it('notices a message that its consumer cannot take', async () => {
    const [example] = listGoldenExamples('catalog-events');
    const { data: _data, ...rest } = JSON.parse(example?.body ?? '{}') as Readonly<Record<string, unknown>>;
    const broken = { type: 'identity.user.deleted.v1', name: 'broken', body: JSON.stringify({ ...rest, id: 'broken', data: {} }) } as const;
    expect(await deliverExample(catalog.broker, 'catalog-events', broken)).toContain('invalid-data');
  });
});
