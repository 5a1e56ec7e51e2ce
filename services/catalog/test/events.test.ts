import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataOf, type ImportRow, type ItemPage, jobId, userId } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { randomUUID } from 'node:crypto';
import { type CatalogEvent, startTestCatalog, type TestCatalog, type TestUser } from './start-test-catalog.ts';

const PRICE = { amountMinor: 1290, currency: 'EUR' };
let catalog: TestCatalog;

beforeAll(async () => {
  catalog = await startTestCatalog();
});
afterAll(() => catalog.stop());

function importBatch(
  owner: TestUser,
  rows: readonly Omit<ImportRow, 'rowNumber'>[],
  batchNumber = 0,
): DataOf<'catalog.apply-import-batch.v1'> {
  const numbered = rows.map((row, index) => ({ rowNumber: index + 1, ...row }));
  return { jobId: jobId.parse(randomUUID()), attempt: 1, batchNumber, ownerId: userId.parse(owner.id), rows: numbered };
}

function findApplied(events: readonly CatalogEvent[]): DataOf<'catalog.import-batch.applied.v1'> | undefined {
  for (const event of events) if (event.type === 'catalog.import-batch.applied.v1') return event.data;
  return undefined;
}

const typesOf = (events: readonly CatalogEvent[]) => events.map(({ type }) => type).sort();
const ownItems = async (user: TestUser) => ((await user.get('/catalog/items?owner=me&limit=100')).body as ItemPage).items;

describe('events of an item', () => {
  it('tells of its creation, changes, prices and deletion, in versions that count up', async () => {
    const owner = await catalog.signUp();
    const item = await owner.createItem({ sku: 'E-1', name: 'Lamp', category: 'Light' });
    const path = `/catalog/items/${item.id}`;
    await owner.patch(path, { price: PRICE, status: 'listed' }, { headers: { 'if-match': '"1"' } });
    await owner.patch(path, { name: 'Lamp' }, { headers: { 'if-match': '"2"' } });
    await owner.delete(path);
    const events = (await catalog.takeEvents(4)).toSorted((left, right) => (left.aggregateversion ?? 0) - (right.aggregateversion ?? 0));
    const about = { itemId: item.id, ownerId: owner.id };
    expect(events.map(({ type, aggregateversion }) => `${type} ${aggregateversion}`).sort()).toEqual([
      'catalog.item.changed.v2 2',
      'catalog.item.created.v2 1',
      'catalog.item.deleted.v1 3',
      'catalog.item.price-changed.v1 2',
    ]);
    const dataOf = (type: string) => events.find((event) => event.type === type)?.data;
    expect(dataOf('catalog.item.created.v2')).toMatchObject({ ...about, sku: 'E-1', name: 'Lamp', price: null, version: 1 });
    expect(dataOf('catalog.item.changed.v2')).toMatchObject({
      ...about,
      price: PRICE,
      status: 'listed',
      changedFields: ['price', 'status'],
      version: 2,
    });
    expect(dataOf('catalog.item.price-changed.v1')).toEqual({ ...about, before: null, after: PRICE, version: 2 });
    expect(dataOf('catalog.item.deleted.v1')).toEqual({ ...about, sku: 'E-1', version: 3 });
    expect(events.every(({ subject }) => subject === item.id)).toBe(true);
  });
});

describe('catalog.apply-import-batch.v1', () => {
  it('creates, changes, leaves and rejects rows, and says how many', async () => {
    const owner = await catalog.signUp();
    const first = importBatch(owner, [
      { sku: 'A', name: 'Lamp', price: PRICE, status: 'listed', category: 'Light', attributes: { author: '東京' } },
      { sku: 'B', name: 'Chair' },
      { sku: 'C', name: 'x'.repeat(301) },
      { sku: 'D', name: 'Table', status: 'listed' },
      { sku: 'B', name: 'Chair again' },
    ]);
    await catalog.send('catalog.apply-import-batch.v1', first);
    const events = await catalog.takeEvents(3);
    expect(typesOf(events)).toEqual(['catalog.import-batch.applied.v1', 'catalog.item.created.v2', 'catalog.item.created.v2']);
    expect(findApplied(events)).toEqual({
      jobId: first.jobId,
      attempt: 1,
      batchNumber: 0,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: [
        expect.objectContaining({ rowNumber: 3, code: 'ITEM_INVALID' }),
        { rowNumber: 4, code: 'ITEM_WITHOUT_PRICE', message: 'Item D cannot be listed: it has no price.' },
        expect.objectContaining({ rowNumber: 5, code: 'SKU_REPEATED' }),
      ],
    });
    expect((await ownItems(owner)).map(({ sku, version }) => `${sku} ${version}`).sort()).toEqual(['A 1', 'B 1']);
    expect(((await owner.get('/catalog/items?q=東')).body as ItemPage).items.map(({ sku }) => sku)).toEqual(['A']);

    const [before] = (await ownItems(owner)).filter(({ sku }) => sku === 'A');
    await owner.get(`/catalog/items/${before?.id}`);
    await catalog.send(
      'catalog.apply-import-batch.v1',
      importBatch(
        owner,
        [
          { sku: 'A', name: 'Lamp', price: { ...PRICE, amountMinor: 999 } },
          { sku: 'B', name: 'Chair' },
          { sku: 'E', name: 'Shelf' },
        ],
        1,
      ),
    );
    const later = await catalog.takeEvents(4);
    expect(typesOf(later)).toEqual([
      'catalog.import-batch.applied.v1',
      'catalog.item.changed.v2',
      'catalog.item.created.v2',
      'catalog.item.price-changed.v1',
    ]);
    expect(findApplied(later)).toMatchObject({ batchNumber: 1, created: 1, updated: 1, unchanged: 1, rejected: [] });
    const { body: after } = await owner.get(`/catalog/items/${before?.id}`);
    expect(after).toEqual({ ...before, price: { ...PRICE, amountMinor: 999 }, version: 2, updatedAt: expect.any(String) });
  });

  it('takes effect once, however often the message comes', async () => {
    const owner = await catalog.signUp();
    const batch = importBatch(
      owner,
      Array.from({ length: 50 }, (_unused, index) => ({ sku: `M-${index}`, name: `Part ${index}` })),
    );
    const id = randomUUID();
    await Promise.all(Array.from({ length: 5 }, () => catalog.send('catalog.apply-import-batch.v1', batch, id)));
    const applied = findApplied(await catalog.takeEvents(51));
    expect(applied).toMatchObject({ created: 50, updated: 0, unchanged: 0, rejected: [] });
    await waitFor(() => catalog.broker.depth(catalog.broker.queueUrl('catalog-commands')) === 0);
    await waitFor(async () => (await catalog.countUnpublished()) === 0);
    expect(catalog.broker.depth(catalog.broker.queueUrl('catalog-commands-dlq'))).toBe(0);
    expect(await ownItems(owner)).toHaveLength(50);
  });

  it('changes nothing when the same rows come in another message', async () => {
    const owner = await catalog.signUp();
    const rows = Array.from({ length: 500 }, (_unused, index) => ({
      sku: `U-${index}`,
      name: `Part ${index} ☃`,
      price: { amountMinor: index, currency: 'JPY' },
      description: 'Line one\nline two',
      attributes: { b: '2', a: '1' },
    }));
    await catalog.send('catalog.apply-import-batch.v1', importBatch(owner, rows));
    expect(findApplied(await catalog.takeEvents(501))).toMatchObject({ created: 500 });
    const again = rows.map((row) => ({ ...row, attributes: { a: '1', b: '2' } }));
    await catalog.send('catalog.apply-import-batch.v1', importBatch(owner, again));
    expect(findApplied(await catalog.takeEvents(1))).toMatchObject({ created: 0, updated: 0, unchanged: 500, rejected: [] });
    expect((await ownItems(owner)).every(({ version }) => version === 1)).toBe(true);
  });

  it('answers a batch that comes in another message as it did first, and leaves what was done since', async () => {
    const owner = await catalog.signUp();
    const batch = importBatch(owner, [
      { sku: 'P-1', name: 'Lamp', price: PRICE },
      { sku: 'P-2', name: 'x'.repeat(301) },
    ]);
    await catalog.send('catalog.apply-import-batch.v1', batch);
    const first = findApplied(await catalog.takeEvents(2));
    expect(first).toMatchObject({ created: 1, rejected: [{ rowNumber: 2 }] });
    const [item] = await ownItems(owner);
    await owner.patch(`/catalog/items/${item?.id}`, { name: 'Better lamp' }, { headers: { 'if-match': '"1"' } });
    await catalog.takeEvents(1);
    // At once, so that some meet each other.
    await Promise.all(Array.from({ length: 4 }, () => catalog.send('catalog.apply-import-batch.v1', batch)));
    const answers = await catalog.takeEvents(4);
    expect(answers.map(({ data }) => data)).toEqual([first, first, first, first]);
    expect(await ownItems(owner)).toMatchObject([{ name: 'Better lamp', version: 2 }]);
  });

  it('takes a batch of five messages once, also when none of them came first', async () => {
    const owner = await catalog.signUp();
    const batch = importBatch(
      owner,
      Array.from({ length: 30 }, (_unused, index) => ({ sku: `Q-${index}`, name: `Part ${index}` })),
    );
    await Promise.all(Array.from({ length: 5 }, () => catalog.send('catalog.apply-import-batch.v1', batch)));
    const answers = (await catalog.takeEvents(35)).filter(({ type }) => type === 'catalog.import-batch.applied.v1');
    expect(answers.map(({ data }) => data)).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ created: 30, unchanged: 0 })),
    );
  });

  it('drops a batch of an attempt that a later one has taken over, and applies that one', async () => {
    const owner = await catalog.signUp();
    const dead = importBatch(owner, [{ sku: 'O-1', name: 'Old' }]);
    await catalog.send('catalog.apply-import-batch.v1', { ...dead, attempt: 2, rows: [{ rowNumber: 1, sku: 'O-1', name: 'New' }] });
    expect(findApplied(await catalog.takeEvents(2))).toMatchObject({ attempt: 2, created: 1 });
    await catalog.send('catalog.apply-import-batch.v1', dead);
    await waitFor(() => catalog.broker.depth(catalog.broker.queueUrl('catalog-commands')) === 0);
    expect(catalog.broker.depth(catalog.broker.queueUrl('catalog-commands-dlq'))).toBe(0);
    expect(await ownItems(owner)).toMatchObject([{ name: 'New', version: 1 }]);
    // No answer went before it.
    const { id } = await owner.createItem({ sku: 'O-2', name: 'Next' });
    expect((await catalog.takeEvents(1)).map(({ subject }) => subject)).toEqual([id]);
  });

  it('forgets its answers after 45 days, when the next import begins', async () => {
    const owner = await catalog.signUp();
    const [old, recent, next] = ['F-1', 'F-2', 'F-3'].map((sku) => importBatch(owner, [{ sku, name: 'Lamp' }]));
    for (const batch of [old, recent]) if (batch !== undefined) await catalog.send('catalog.apply-import-batch.v1', batch);
    await catalog.takeEvents(4);
    await catalog.schema.query('UPDATE applied_batches SET applied_at = NOW(3) - INTERVAL 46 DAY WHERE job_id = ?', [old?.jobId]);
    if (next !== undefined) await catalog.send('catalog.apply-import-batch.v1', next);
    await catalog.takeEvents(2);
    const rows = await catalog.schema.query<{ job_id: string }>('SELECT job_id FROM applied_batches WHERE owner_id = ?', [owner.id]);
    expect(new Set(rows.map(({ job_id: id }) => id))).toEqual(new Set([recent?.jobId, next?.jobId]));
  });

  it('takes batches of one owner with common skus at the same time', async () => {
    const owner = await catalog.signUp();
    const rows = Array.from({ length: 40 }, (_unused, index) => ({ sku: `R-${index}`, name: `Part ${index}` }));
    await Promise.all(
      [rows, rows.toReversed(), rows.slice(10)].map((part) => catalog.send('catalog.apply-import-batch.v1', importBatch(owner, part))),
    );
    const events = await catalog.takeEvents(43);
    const applied = events.flatMap((event) => (event.type === 'catalog.import-batch.applied.v1' ? [event.data] : []));
    const total = (pick: (data: (typeof applied)[number]) => number) => applied.reduce((sum, data) => sum + pick(data), 0);
    expect([total(({ created }) => created), total(({ unchanged }) => unchanged), total(({ updated }) => updated)]).toEqual([40, 70, 0]);
    expect(await ownItems(owner)).toHaveLength(40);
  });

  it('answers for every row also when rows and answer are too large for a queue', async () => {
    const owner = await catalog.signUp();
    const sku = 'スク'.repeat(200);
    const rows = Array.from({ length: 500 }, () => ({ sku, name: 'Lamp' }));
    await catalog.send('catalog.apply-import-batch.v1', importBatch(owner, rows));
    const [event] = await catalog.takeEvents(1);
    expect(event?.dataref).toMatch(/^s3:\/\/[a-z-]+\/claims\/catalog\/\d{4}-\d\d-\d\d\/[0-9a-f-]{36}\.json$/);
    const applied = findApplied(event === undefined ? [] : [event]);
    expect(applied?.rejected).toHaveLength(500);
    expect(applied?.rejected.at(-1)).toMatchObject({ rowNumber: 500, code: 'SKU_REPEATED' });
  });

  it('puts a message that breaks its contract into the dead-letter queue', async () => {
    const owner = await catalog.signUp();
    await catalog.send('catalog.apply-import-batch.v1', { ...importBatch(owner, []), rows: [] });
    const [dead] = await catalog.broker.receiveAll(catalog.broker.queueUrl('catalog-commands-dlq'), 1);
    expect(dead?.MessageAttributes?.['failure']?.StringValue).toContain('rows');
  });
});

describe('identity.user.deleted.v1', () => {
  it('deletes the items of the person, batch by batch, and of nobody else', async () => {
    const [leaver, other] = [await catalog.signUp(), await catalog.signUp()];
    const rows = Array.from({ length: 450 }, (_unused, index) => ({ sku: `L-${index}`, name: `Part ${index}` }));
    await catalog.send('catalog.apply-import-batch.v1', importBatch(leaver, rows));
    await catalog.send(
      'catalog.apply-import-batch.v1',
      importBatch(
        leaver,
        rows.map((row) => ({ ...row, sku: `${row.sku}-b` })),
      ),
    );
    const kept = await other.createItem({ sku: 'K', name: 'Kept', status: 'listed', price: PRICE });
    await catalog.takeEvents(903);
    const [sample] = await ownItems(leaver);
    await leaver.get(`/catalog/items/${sample?.id}`);

    await catalog.send('identity.user.deleted.v1', { userId: userId.parse(leaver.id), deletedAt: new Date().toISOString() });
    const events = await catalog.takeEvents(900);
    expect(new Set(typesOf(events))).toEqual(new Set(['catalog.item.deleted.v1']));
    expect(new Set(events.map(({ subject }) => subject)).size).toBe(900);
    expect(await ownItems(leaver)).toEqual([]);
    expect((await leaver.get(`/catalog/items/${sample?.id}`)).status).toBe(404);
    expect((await other.get(`/catalog/items/${kept.id}`)).status).toBe(200);
    const [row] = await catalog.schema.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM item_search s LEFT JOIN items i ON i.id = s.item_id WHERE i.id IS NULL',
    );
    expect(Number(row?.n)).toBe(0);
    expect(await catalog.schema.query('SELECT 1 FROM applied_batches WHERE owner_id = ?', [leaver.id])).toEqual([]);
  });

  it('takes nothing more for the person, by request or by import', async () => {
    const leaver = await catalog.signUp();
    await catalog.send('identity.user.deleted.v1', { userId: userId.parse(leaver.id), deletedAt: new Date().toISOString() });
    const refused = await waitFor(async () => {
      const response = await leaver.post('/catalog/items', { sku: randomUUID(), name: 'Late' });
      return response.status === 403 ? response : undefined;
    });
    expect(refused.problem.code).toBe('OWNER_DELETED');
    await catalog.send('catalog.apply-import-batch.v1', importBatch(leaver, [{ sku: 'Z', name: 'Late' }]));
    const applied = await waitFor(async () => findApplied(await catalog.takeEvents(1)));
    expect(applied).toMatchObject({ created: 0, rejected: [{ rowNumber: 1, code: 'OWNER_DELETED' }] });
    await waitFor(async () => (await ownItems(leaver)).length === 0);
  });
});
