import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataOf, importPreview, type Item, userId } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { guessMapping } from '../src/domain/column-mapping.ts';
import { REFUSED_NAME, startStandInCatalog } from './stand-in-catalog.ts';
import { anybody, changed, created, createSnapshot, sendItems, toBody } from './item-events.ts';
import { exportView, type ExportView, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';

type Snapshot = DataOf<'catalog.item.created.v2'>;

let jobs: TestJobs;
let user: TestUser;
let owner: Snapshot['ownerId'];

beforeAll(async () => {
  jobs = await startTestJobs({ stalledCheckMs: 100 });
  await jobs.startEventSource();
});
beforeEach(async () => {
  await jobs.schema.query('DELETE FROM item_copies', []);
  user = await jobs.signIn();
  owner = userId.parse(user.id);
});
afterAll(() => jobs.stop());

async function copy(items: readonly Snapshot[]): Promise<void> {
  await sendItems(jobs, items.map(created));
  await waitFor(() => jobs.broker.depth(jobs.broker.queueUrl('jobs-projection-events')) === 0);
}

async function download(job: ExportView): Promise<string> {
  const answer = await fetch(job.result?.downloadUrl ?? '');
  expect(answer.status).toBe(200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.length).toBe(job.result?.bytes);
  return bytes.toString();
}

const toItems = (ndjson: string): readonly Item[] =>
  ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Item);

async function exportItems(input: Parameters<TestUser['startExport']>[0], by = user): Promise<readonly Item[]> {
  const { id } = await by.startExport({ ...input, format: 'ndjson' });
  return toItems(await download(await by.waitForExport(id, 'completed')));
}

const skusOf = (items: readonly { readonly sku: string }[]): ReadonlySet<string> => new Set(items.map(({ sku }) => sku));

describe('a catalog export', () => {
  it('is accepted as an import is, and gives a link to the file', async () => {
    await copy([createSnapshot({ ownerId: owner })]);
    const body = { type: 'catalog-export', input: { format: 'ndjson' } };
    const headers = { 'idempotency-key': randomUUID() };
    const [first, second] = [await user.client.post('/jobs', body, { headers }), await user.client.post('/jobs', body, { headers })];
    const job = exportView.parse(first.body);
    expect(first.status).toBe(202);
    expect(first.headers.get('location')).toBe(`/v1/jobs/${job.id}`);
    expect(exportView.parse(second.body).id).toBe(job.id);
    expect(job).toMatchObject({ type: 'catalog-export', status: 'queued', result: null });
    expect((await user.client.post('/jobs', body)).problem).toMatchObject({ status: 400, code: 'IDEMPOTENCY_KEY_MISSING' });

    const done = await user.waitForExport(job.id, 'completed');
    expect(done).toMatchObject({ progress: { done: 1, total: 1, unit: 'rows' }, result: { rows: 1 }, error: null });
    const answer = await fetch(done.result?.downloadUrl ?? '');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="catalog-\d{4}-\d\d-\d\d\.ndjson"$/);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    await waitFor(() => jobs.bus.types.includes('jobs.job.completed.v1'), { what: 'The event on the bus' });
    const other = await jobs.signIn();
    expect((await other.client.get(`/jobs/${job.id}`)).status).toBe(404);
  });

  it('writes an item a line, as the API shows it', async () => {
    const item = createSnapshot({ ownerId: owner, price: { amountMinor: 5, currency: 'EUR' }, attributes: { pages: 12 } });
    const unknown = createSnapshot({ ownerId: owner, createdAt: null });
    await copy([item, unknown]);
    const { itemId: id, ...rest } = item;
    const items = await exportItems({ format: 'ndjson' });
    expect(items.find(({ sku }) => sku === item.sku)).toEqual({ id, ...rest });
    expect(items.find(({ sku }) => sku === unknown.sku)?.createdAt).toBe(unknown.updatedAt);
  });

  it('holds what its owner sees: listed items of everybody, and their own', async () => {
    const foreign = anybody();
    const [seen, hidden, listed, draft, retired] = [
      createSnapshot({ ownerId: foreign, category: 'books' }),
      createSnapshot({ ownerId: foreign, status: 'draft' }),
      createSnapshot({ ownerId: owner, category: 'books' }),
      createSnapshot({ ownerId: owner, status: 'draft' }),
      createSnapshot({ ownerId: owner, status: 'retired', category: 'books' }),
    ];
    await copy([seen, hidden, listed, draft, retired]);
    expect(skusOf(await exportItems({ format: 'ndjson' }))).toEqual(skusOf([seen, listed, draft, retired]));
    expect(skusOf(await exportItems({ format: 'ndjson', owner: 'me' }))).toEqual(skusOf([listed, draft, retired]));
    expect(skusOf(await exportItems({ format: 'ndjson', category: 'books' }))).toEqual(skusOf([seen, listed, retired]));
    expect(skusOf(await exportItems({ format: 'ndjson', status: 'listed' }))).toEqual(skusOf([seen, listed]));
    expect(skusOf(await exportItems({ format: 'ndjson', owner: 'me', status: 'draft' }))).toEqual(skusOf([draft]));
    expect(await exportItems({ format: 'ndjson', category: 'none of these' })).toEqual([]);
    expect(skusOf(await exportItems({ format: 'ndjson' }, await jobs.signIn()))).toEqual(skusOf([seen, listed]));
  });

  it('follows a change and a deletion', async () => {
    const item = createSnapshot({ ownerId: owner });
    await copy([item]);
    await sendItems(jobs, [changed(item, 2, { name: 'Renamed' })]);
    await waitFor(async () => (await exportItems({ format: 'ndjson' }))[0]?.name === 'Renamed');
  });
});

describe('a CSV export', () => {
  it('is imported again by the guessed mapping, and says of every row what it said', async () => {
    const odd: readonly Partial<Snapshot>[] = [
      { name: '=SUM(A1)', description: '@cmd "quoted"\r\nsecond; line', category: "'=x" },
      { name: '-12.50', sku: '-1', description: '+1 and more' },
      { name: 'Größe, 東京', price: { amountMinor: 123_456_789, currency: 'JPY' }, status: 'draft' },
      { name: 'cheap', price: { amountMinor: 5, currency: 'EUR' }, status: 'retired' },
      { name: 'exact', price: { amountMinor: 1_234_005, currency: 'BHD' } },
      { name: 'large', price: { amountMinor: Number.MAX_SAFE_INTEGER, currency: 'USD' } },
      { name: 'attributes', attributes: { authors: 'A, B', pages: 12, nested: { tags: ['=x', null] }, '=key': "'" } },
    ];
    const items = odd.map((fields) => createSnapshot({ ...fields, ownerId: owner }));
    await copy(items);
    const { id } = await user.startExport({ format: 'csv', owner: 'me' });
    const csv = await download(await user.waitForExport(id, 'completed'));
    expect(csv.startsWith('\uFEFFsku,name,')).toBe(true);
    expect(csv).toContain(`"'@cmd ""quoted""`);

    const uploadKey = await user.upload(csv);
    const preview = importPreview.parse((await user.client.post('/jobs/import-previews', { uploadKey })).body);
    expect(preview.mapping).toEqual(guessMapping(preview.columns));
    const catalog = startStandInCatalog(jobs.broker);
    const { body } = await user.request(uploadKey, preview.mapping);
    const { result } = await user.waitForJob((body as { id: string }).id, 'completed');
    await catalog.stop();
    expect(result).toMatchObject({ created: items.length, rejected: 0 });
    for (const { sku, name, description, category, price, status, attributes } of items) {
      const fields = { name, description, category, status, price, attributes: Object.keys(attributes).length === 0 ? null : attributes };
      const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
      expect(JSON.parse(catalog.items.get(`${user.id}/${sku}`) ?? '')).toEqual(said);
    }
  });

  it('has a header when there is nothing to export', async () => {
    const { id } = await user.startExport({ format: 'csv' });
    const done = await user.waitForExport(id, 'completed');
    expect(done).toMatchObject({ progress: { done: 0, total: 0 }, result: { rows: 0 } });
    expect((await download(done)).trim().split('\n')).toHaveLength(1);
  });

  it('refuses attributes that are no object, when they come back', async () => {
    const catalog = startStandInCatalog(jobs.broker);
    const job = await user.startImport(`sku,name,attributes\n1,a,"[1]"\n2,b,"{"\n3,${REFUSED_NAME},\n4,d,"{""x"":1}"\n`, {
      sku: 'sku',
      name: 'name',
      attributes: 'attributes',
    });
    const { result } = await user.waitForJob(job.id, 'completed');
    await catalog.stop();
    expect(result).toMatchObject({ created: 1, rejected: 3 });
    expect(await (await fetch(result?.rejectsUrl ?? '')).text()).toContain('2,ATTRIBUTES_INVALID');
  });
});

describe('jobs.request-export.v1', () => {
  const request = (id: string) => toBody({ type: 'jobs.request-export.v1', data: { format: 'ndjson' }, time: '2026-05-03T03:00:00Z', id });

  it('makes one file of all listed items, however often the message comes, and shows the job to nobody', async () => {
    await copy([createSnapshot({ ownerId: owner }), createSnapshot({ ownerId: owner, status: 'draft' })]);
    const id = randomUUID();
    for (let delivery = 1; delivery <= 3; delivery += 1) await jobs.send('jobs-commands', request(id));
    const rows = await waitFor(async () => {
      const found = await jobs.schema.query<{ id: string; status: string; rejects_key: string; result: string }>(
        'SELECT id, status, rejects_key, result FROM jobs WHERE owner_id IS NULL',
        [],
      );
      return found.every(({ status }) => status === 'completed') && found.length > 0 && found;
    });
    expect(rows).toMatchObject([{ rejects_key: `exports/nightly/2026-05-03-${rows[0]?.id}.ndjson` }]);
    expect(JSON.parse(rows[0]?.result ?? '')).toMatchObject({ rows: 1 });
    expect((await user.client.get(`/jobs/${rows[0]?.id}`)).status).toBe(404);
    expect((await user.client.post(`/jobs/${rows[0]?.id}/cancel`)).status).toBe(404);
    expect((await user.client.get('/jobs')).body).toMatchObject({ jobs: [] });
    await waitFor(() => jobs.broker.depth(jobs.broker.queueUrl('jobs-commands')) === 0);
  });
});
