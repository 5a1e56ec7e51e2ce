import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { anybody, changed, created, createSnapshot, deleted, type ItemMessage, readCopies, sendItems, toBody } from './item-events.ts';
import { startTestJobs, type TestJobs } from './start-test-jobs.ts';

let jobs: TestJobs;

beforeAll(async () => {
  jobs = await startTestJobs();
});
beforeEach(async () => {
  await jobs.schema.query('DELETE FROM item_copies', []);
});
afterAll(() => jobs.stop());

const OWNER = anybody();
const LATER = '2026-05-02T10:00:00.456Z';

/** Every message handled, none refused. */
async function settle(): Promise<void> {
  const queues = ['jobs-projection-events', 'jobs-projection-commands'] as const;
  await waitFor(() => queues.every((queue) => jobs.broker.depth(jobs.broker.queueUrl(queue)) === 0));
  for (const queue of queues) expect(jobs.broker.depth(jobs.broker.queueUrl(`${queue}-dlq`))).toBe(0);
}

async function deliver(messages: readonly ItemMessage[], replay?: string): Promise<readonly Record<string, unknown>[]> {
  await sendItems(jobs, messages, replay);
  await settle();
  return readCopies(jobs);
}

async function checksum(): Promise<unknown> {
  const [row] = await jobs.schema.query<{ Checksum: unknown }>('CHECKSUM TABLE item_copies EXTENDED', []);
  return row?.Checksum;
}

describe('the copy of the catalog', () => {
  it('holds an item as its newest version says', async () => {
    const item = createSnapshot({ ownerId: OWNER, price: { amountMinor: 1250, currency: 'EUR' }, attributes: { b: 1, a: ['東京'] } });
    const change = changed(item, 3, { name: 'Another', category: 'b', updatedAt: LATER });
    const rows = await deliver([created(item), change, changed(item, 2, { name: 'Between' })]);
    expect(rows).toEqual([
      {
        id: item.itemId,
        version: 3,
        owner_id: OWNER,
        sku: item.sku,
        name: 'Another',
        description: null,
        category: 'b',
        price_minor: 1250,
        price_currency: 'EUR',
        status: 'listed',
        attributes: '{"b":1,"a":["東京"]}',
        created_at: new Date(item.createdAt ?? ''),
        updated_at: new Date(LATER),
      },
    ]);
  });

  it('keeps of a deleted item its id and version, whatever comes later', async () => {
    const item = createSnapshot({ ownerId: OWNER });
    const rows = await deliver([deleted(item, 3), created(item), changed(item, 2, {})]);
    expect(rows).toMatchObject([{ id: item.itemId, version: 3 }]);
    expect(Object.values(rows[0] ?? {}).filter((value) => value !== null)).toHaveLength(2);
  });

  it('takes versions that nobody publishes any more', async () => {
    const { createdAt: _created, updatedAt: _updated, ...old } = createSnapshot({ ownerId: OWNER });
    const v1 = { data: old, id: randomUUID(), time: '2026-01-01T00:00:00.000Z' };
    const change = { ...v1, id: randomUUID(), time: LATER, data: { ...old, version: 2, changedFields: ['name'] } };
    const rows = await deliver([
      { ...change, type: 'catalog.item.changed.v1' },
      { ...v1, type: 'catalog.item.created.v1' },
    ]);
    expect(rows).toMatchObject([{ version: 2, created_at: new Date(v1.time), updated_at: new Date(LATER) }]);
  });
});

/** The command as somebody writes it so many minutes from now. */
const emptyCopy = (minutes: number): ItemMessage => ({
  type: 'jobs.empty-projection.v1',
  data: {},
  time: new Date(Date.now() + minutes * 60_000).toISOString(),
  id: randomUUID(),
});

describe('jobs.empty-projection.v1', () => {
  /** Of each item its whole history, some deleted at its end. */
  const history = Array.from({ length: 60 }, (_item, index) => {
    const item = createSnapshot({ ownerId: OWNER, name: `Book ${index}` });
    const changes = Array.from({ length: index % 4 }, (_change, at) =>
      changed(item, at + 2, { name: `Book ${index}, ${at}`, updatedAt: LATER }),
    );
    return [created(item), ...changes, ...(index % 7 === 0 ? [deleted(item, changes.length + 2)] : [])];
  }).flat();

  it('empties the copy, and a replay of history builds the same rows, byte for byte, in whatever order', async () => {
    const before = await deliver(history);
    const sum = await checksum();
    expect(before).toHaveLength(60);
    await jobs.send('jobs-projection-commands', toBody(emptyCopy(0)));
    await settle();
    expect(await readCopies(jobs)).toEqual([]);
    // Without the mark of a replay it is known already.
    expect(await deliver(history.slice(0, 20))).toEqual([]);
    expect(await deliver(history.toReversed(), 'replay0001')).toEqual(before);
    expect(await checksum()).toEqual(sum);
    // Twice, and some of it a third time.
    expect(await deliver([...history, ...history.slice(30)], 'replay0002')).toEqual(before);
    expect(await checksum()).toEqual(sum);
  });

  it.each([-16, 16])('is refused %d minutes from when it was written: no replay is behind it', async (minutes) => {
    const before = await deliver([created(createSnapshot({ ownerId: OWNER }))]);
    const command = emptyCopy(minutes);
    await jobs.send('jobs-projection-commands', toBody(command));
    const [dead] = await jobs.broker.receiveAll(jobs.broker.queueUrl('jobs-projection-commands-dlq'), 1);
    expect(dead?.MessageAttributes?.['failure']?.StringValue).toContain('COMMAND_TOO_OLD');
    expect(await readCopies(jobs)).toEqual(before);
    expect(await jobs.schema.query('SELECT 1 FROM projection_rebuilds WHERE emptied_by = ?', [command.id])).toEqual([]);
  });

  it('is obeyed by the clock of the database, a little late or early', async () => {
    for (const minutes of [-14, 14]) {
      await deliver([created(createSnapshot({ ownerId: OWNER }))]);
      await jobs.send('jobs-projection-commands', toBody(emptyCopy(minutes)));
      await settle();
      expect(await readCopies(jobs)).toEqual([]);
    }
  });
});
