import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importPreview, upload } from '@torii/contracts';
import iconv from 'iconv-lite';
import { startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';

let jobs: TestJobs;
let user: TestUser;

beforeAll(async () => {
  jobs = await startTestJobs();
  user = await jobs.signIn();
});
afterAll(() => jobs.stop());

const request = { fileName: 'my books.csv', contentType: 'text/csv', sizeBytes: 9 };

describe('POST /jobs/uploads', () => {
  it("answers with an address below the caller's own prefix, good for 15 minutes", async () => {
    const { status, body } = await user.client.post('/jobs/uploads', request);
    const { uploadKey, url, method, headers, expiresAt } = upload.parse(body);
    expect(status).toBe(201);
    expect(uploadKey).toMatch(new RegExp(`^uploads/${user.id}/[0-9a-f-]{36}/my_books\\.csv$`));
    expect(method).toBe('PUT');
    expect(headers).toEqual({ 'content-type': 'text/csv', 'content-length': '9' });
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('900');
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(890_000);
  });

  it('signs content-type and content-length, and no checksum of an empty body', async () => {
    const { url } = upload.parse((await user.client.post('/jobs/uploads', request)).body);
    const parameters = new URL(url).searchParams;
    expect(parameters.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect([...parameters.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  });

  it('lets exactly the announced file in', async () => {
    const put = async (body: string, type = 'text/csv') => {
      const { url } = upload.parse((await user.client.post('/jobs/uploads', request)).body);
      return (await fetch(url, { method: 'PUT', headers: { 'content-type': type }, body })).status;
    };
    expect(await put('sku,name\n')).toBe(200);
    expect(await put('sku,name\nmore')).toBe(403);
    expect(await put('sku,name\n', 'text/html')).toBe(403);
  });

  it('refuses a file over the limit, and a caller without a token', async () => {
    const tooLarge = await user.client.post('/jobs/uploads', { ...request, sizeBytes: 300 * 1024 * 1024 });
    expect(tooLarge.problem).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect((await user.client.post('/jobs/uploads', request, { token: null })).status).toBe(401);
  });
});

describe('POST /jobs/import-previews', () => {
  const preview = async (content: string | Uint8Array, by = user) =>
    by.client.post('/jobs/import-previews', { uploadKey: await by.upload(content) });

  it('guesses encoding, delimiter and mapping, and shows the first rows', async () => {
    const { status, body } = await preview(
      iconv.encode('商品コード;商品名;価格\n1;東京タワーの歴史;1200\n2;カタカナの本;800\n', 'shift_jis'),
    );
    expect(status).toBe(200);
    expect(importPreview.parse(body)).toEqual({
      columns: ['商品コード', '商品名', '価格'],
      mapping: { sku: '商品コード', name: '商品名', 'price.amount': '価格' },
      sample: [
        { 商品コード: '1', 商品名: '東京タワーの歴史', 価格: '1200' },
        { 商品コード: '2', 商品名: 'カタカナの本', 価格: '800' },
      ],
      delimiter: ';',
      encoding: 'shift_jis',
    });
  });

  it('reads only the beginning of a large file', async () => {
    const { status, body } = await preview(`sku,name\n${'1,東京\n'.repeat(60_000)}`);
    expect(status).toBe(200);
    expect(importPreview.parse(body).sample).toHaveLength(5);
  });

  it.each([
    ['an empty file', '', 'FILE_EMPTY'],
    ['a binary file', new Uint8Array([0, 1, 2, 3, 0, 200, 7]), 'FILE_BINARY'],
    ['a repeated column', 'sku,sku\n1,2\n', 'COLUMN_REPEATED'],
    ['an unclosed quote', 'sku,name\n1,"a\n', 'QUOTE_NOT_CLOSED'],
    ['a line of 1 MB', `sku,name\n1,${'x'.repeat(1_000_000)}\n`, 'ROW_TOO_LONG'],
  ])('explains %s', async (_name, content, code) => {
    expect((await preview(content)).problem).toMatchObject({ status: 400, code });
  });

  it("does not know somebody else's upload, nor one that never came", async () => {
    const other = await jobs.signIn();
    const uploadKey = await other.upload('sku,name\n');
    for (const key of [uploadKey, `uploads/${user.id}/none`, '../x'])
      expect((await user.client.post('/jobs/import-previews', { uploadKey: key })).problem).toMatchObject({
        status: 404,
        code: 'UPLOAD_NOT_FOUND',
      });
  });
});
