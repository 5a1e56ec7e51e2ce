import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { waitFor } from '@torii/testing';
import { REFUSED_NAME, startStandInCatalog, type StandInCatalog } from './stand-in-catalog.ts';
import { MAPPING, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';

let jobs: TestJobs;
let user: TestUser;
let catalog: StandInCatalog;

beforeAll(async () => {
  jobs = await startTestJobs();
  user = await jobs.signIn();
  // Every answer twice: duplicates are normal.
  catalog = startStandInCatalog(jobs.broker, { deliveries: 2 });
  await jobs.startEventSource();
});
afterAll(async () => {
  await catalog.stop();
  await jobs.stop();
});
afterEach(async () => {
  expect(jobs.broker.depth(jobs.broker.queueUrl('jobs-worker-commands-dlq'))).toBe(0);
  expect(jobs.broker.depth(jobs.broker.queueUrl('jobs-events-dlq'))).toBe(0);
});

function rows(count: number, name = (index: number) => `Book ${index} é東京`): string {
  return `sku,name,by\n${Array.from({ length: count }, (_, index) => `s-${index},${name(index)},"A, B"\n`).join('')}`;
}

describe('a catalog import', () => {
  it('takes every row, counts each once, and finds nothing to do the second time', async () => {
    const mapping = { ...MAPPING, 'attributes.authors': 'by' };
    const owner = await jobs.signIn();
    const uploadKey = await owner.upload(rows(1700));
    const importOnce = async () => {
      const { body } = await owner.request(uploadKey, mapping);
      return owner.waitForJob((body as { id: string }).id, 'completed');
    };
    const first = await importOnce();
    expect(first).toMatchObject({
      progress: { done: 1700, total: 1700, unit: 'rows' },
      result: { created: 1700, updated: 0, unchanged: 0, rejected: 0, rejectsUrl: null },
      error: null,
    });
    expect((await importOnce()).result).toMatchObject({ created: 0, updated: 0, unchanged: 1700, rejected: 0 });
    expect(catalog.items.get(`${owner.id}/s-7`)).toBe(JSON.stringify({ name: 'Book 7 é東京', attributes: { authors: 'A, B' } }));
  });

  it('explains every rejected row in a file, wherever it was rejected', async () => {
    const content = [
      'sku,name,price',
      'a,first,1 EUR',
      ',no sku,',
      'b,,2 EUR',
      'a,again,',
      'c,cheap,cheap EUR',
      `d,${REFUSED_NAME},`,
      'e,too,many,cells',
      'f,=cmd(),5 EUR',
      `${'x'.repeat(70)},"=SUM(A1)",`,
    ].join('\r\n');
    const job = await user.startImport(content, { ...MAPPING, 'price.amount': 'price' });
    const { result } = await user.waitForJob(job.id, 'completed');
    expect(result).toMatchObject({ created: 2, updated: 0, unchanged: 0, rejected: 7 });
    const answer = await fetch(result?.rejectsUrl ?? '');
    expect(answer.headers.get('content-disposition')).toContain(`rejected-rows-${job.id}.csv`);
    expect((await answer.text()).split('\r\n')).toEqual([
      'row,code,reason,sku,name,price',
      '2,SKU_MISSING,sku is blank,,no sku,',
      '3,NAME_MISSING,name is blank,b,,2 EUR',
      '4,SKU_REPEATED,"sku ""a"" is already in row 1",a,again,',
      '5,PRICE_INVALID,"price ""cheap EUR"" cannot be read; an amount in EUR looks like 12.50",c,cheap,cheap EUR',
      `6,ITEM_REFUSED,it asked to be refused,d,${REFUSED_NAME},`,
      '7,COLUMN_COUNT_WRONG,"the row has 4 columns, the header has 3",e,too,many,cells',
      `9,SKU_TOO_LONG,"sku has 70 characters, at most 64 are taken",${'x'.repeat(70)},'=SUM(A1),`,
      '',
    ]);
  });

  it('completes without a row to take', async () => {
    const none = await user.startImport('sku,name\n');
    expect(await user.waitForJob(none.id, 'completed')).toMatchObject({
      progress: { done: 0, total: 0 },
      result: { created: 0, updated: 0, unchanged: 0, rejected: 0, rejectsUrl: null },
    });
    const onlyBad = await user.startImport('sku,name\n,x\n,y\n');
    expect((await user.waitForJob(onlyBad.id, 'completed')).result).toMatchObject({ created: 0, rejected: 2 });
  });

  it('finds repeated skus across batches', async () => {
    const owner = await jobs.signIn();
    const job = await owner.startImport(`${rows(1200)}s-3,late,x\n`);
    expect((await owner.waitForJob(job.id, 'completed')).result).toMatchObject({ created: 1200, rejected: 1 });
  });

  it.each(['shift_jis', 'utf-16le', 'windows-1252'])('reads %s', async (encoding) => {
    const owner = await jobs.signIn();
    const name = encoding === 'windows-1252' ? 'Größe für Übermütige' : '東京タワーの歴史と建築';
    const job = await owner.startImport(
      iconv.encode(
        rows(700, (index) => `${name} ${index}`),
        encoding,
      ),
    );
    expect((await owner.waitForJob(job.id, 'completed')).result).toMatchObject({ created: 700, rejected: 0 });
    expect(catalog.items.get(`${owner.id}/s-650`)).toContain(`${name} 650`);
  });

  it('tells the world outside', async () => {
    const job = await user.startImport('sku,name\nw-1,a\n');
    await user.waitForJob(job.id, 'completed');
    const told = ['jobs.job.requested.v1', 'jobs.job.completed.v1'];
    await waitFor(() => told.every((type) => jobs.bus.types.includes(type)), { what: 'The events on the bus' });
  });
});

describe('a file that cannot be imported', () => {
  const long = 'x'.repeat(1_000_000);
  /** More than a preview reads. */
  const FILLER = `1,${'a'.repeat(100)}\n`.repeat(3000);

  it.each([
    ['is empty', '', 'FILE_EMPTY'],
    ['is binary', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 1, 2]), 'FILE_BINARY'],
    ['is damaged UTF-8', Buffer.concat([Buffer.from('sku,name\n1,東京タワー\n2,'), Buffer.from([0xff, 0xfe, 0x0a])]), 'ENCODING_WRONG'],
    ['turns out not to be UTF-8', Buffer.concat([Buffer.from(`sku,name\n${FILLER}`), Buffer.from([0xff])]), 'ENCODING_WRONG'],
    ['repeats a column', 'sku,name,name\n1,a,b\n', 'COLUMN_REPEATED'],
    ['lacks a mapped column', 'sku,title\n1,a\n', 'COLUMN_MISSING'],
    ['has an unclosed quote', 'sku,name\n1,"a\n2,b\n', 'QUOTE_NOT_CLOSED'],
    ['has an unclosed quote far down', `sku,name\n${FILLER}2,"b\n`, 'QUOTE_NOT_CLOSED'],
    ['has a line of 1 MB', `sku,name\n1,${long}\n`, 'ROW_TOO_LONG'],
    ['has a line of 1 MB far down', `sku,name\n${FILLER}2,${long}\n`, 'ROW_TOO_LONG'],
  ])('%s: the job fails and says so', async (_name, content, code) => {
    const job = await user.startImport(content);
    const failed = await user.waitForJob(job.id, 'failed');
    expect(failed.error).toMatchObject({ code, message: expect.stringMatching(/^The file cannot be (imported|read)/) });
  });

  it('can be retried, and fails again', async () => {
    const job = await user.startImport('sku,title\n1,a\n');
    await user.waitForJob(job.id, 'failed');
    expect((await user.client.post(`/jobs/${job.id}/retry`)).status).toBe(202);
    await user.waitForJob(job.id, 'failed');
  });
});
