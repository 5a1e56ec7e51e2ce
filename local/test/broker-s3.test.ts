import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type Broker, LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';

const BUCKET = 'torii-files';
const WEB = 'http://localhost:8000';
const CORS = {
  allowedOrigins: [WEB],
  allowedMethods: ['PUT', 'GET'],
  allowedHeaders: ['content-type'],
  exposedHeaders: ['ETag'],
  maxAgeSeconds: 300,
};

let folder: string;
let broker: Broker;
let s3: S3Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torii-s3-'));
  await start();
});
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  broker = await startBroker({ port: 0, region: 'eu-west-1', accountId: '222222222222', stateFolder: folder });
  broker.ensureBucket(BUCKET, [CORS]);
  s3 = new S3Client({ ...clientOptions(), requestChecksumCalculation: 'WHEN_REQUIRED' });
}

async function stop(): Promise<void> {
  s3.destroy();
  await broker.stop();
}

function clientOptions() {
  return { endpoint: broker.endpoint, region: 'eu-west-1', credentials: LOCAL_CREDENTIALS } as const;
}

function presignPut(key: string, client = s3): Promise<string> {
  const command = new PutObjectCommand({ Bucket: BUCKET, Key: key, ContentType: 'text/csv', ContentLength: 5 });
  return getSignedUrl(client, command, { expiresIn: 60, signableHeaders: new Set(['content-type', 'content-length']) });
}

async function put(Key: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
}

async function read(Key: string, Range?: string): Promise<string> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...(Range !== undefined && { Range }) }));
  return (await body?.transformToString()) ?? '';
}

async function errorCode(response: Response): Promise<string | undefined> {
  return /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1];
}

describe('a presigned upload', () => {
  const headers = { 'content-type': 'text/csv' };

  it('is stored when it has the signed headers', async () => {
    const response = await fetch(await presignPut('uploads/a.csv'), { method: 'PUT', headers, body: 'a,b,c' });
    expect(response.status).toBe(200);
    expect(await read('uploads/a.csv')).toBe('a,b,c');
  });

  it('is refused without a signed header', async () => {
    const response = await fetch(await presignPut('uploads/b.csv'), { method: 'PUT', body: new Blob(['a,b,c']) });
    expect([response.status, await errorCode(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('is refused with another value of a signed header', async () => {
    const other = await fetch(await presignPut('uploads/b.csv'), {
      method: 'PUT',
      headers: { 'content-type': 'text/html' },
      body: 'a,b,c',
    });
    expect(other.status).toBe(403);
    const longer = await fetch(await presignPut('uploads/b.csv'), { method: 'PUT', headers, body: 'a,b,c,d' });
    expect(longer.status).toBe(403);
  });

  it('is refused to another key than the signed one', async () => {
    const url = (await presignPut('uploads/b.csv')).replace('b.csv', 'c.csv');
    expect((await fetch(url, { method: 'PUT', headers, body: 'a,b,c' })).status).toBe(403);
  });

  it('is refused with an x-amz header that was not signed', async () => {
    const more = { ...headers, 'x-amz-acl': 'public-read' };
    const response = await fetch(await presignPut('uploads/b.csv'), { method: 'PUT', headers: more, body: 'a,b,c' });
    expect([response.status, await errorCode(response)]).toEqual([403, 'AccessDenied']);
  });

  it('is refused when the URL carries the checksum of an empty body', async () => {
    const careless = new S3Client(clientOptions());
    const url = await presignPut('uploads/b.csv', careless);
    careless.destroy();
    expect(url).toMatch(/checksum-crc32/);
    const response = await fetch(url, { method: 'PUT', headers, body: 'a,b,c' });
    expect([response.status, await errorCode(response)]).toEqual([400, 'BadDigest']);
  });

  it('takes keys that need encoding', async () => {
    const key = "uploads/東京 (1) & é+'*.csv";
    expect((await fetch(await presignPut(key), { method: 'PUT', headers, body: 'a,b,c' })).status).toBe(200);
    expect(await read(key)).toBe('a,b,c');
  });

  it('may be larger than 11 MiB', async () => {
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: BUCKET, Key: 'uploads/large.bin' }), { expiresIn: 60 });
    const response = await fetch(url, { method: 'PUT', body: new Uint8Array(30 * 1024 * 1024) });
    expect(response.status).toBe(200);
    expect(broker.objects.headObject(BUCKET, 'uploads/large.bin').contentLength).toBe(30 * 1024 * 1024);
  });
});

describe('a presigned download', () => {
  it('works until it expires', async () => {
    await put('rejects/a.csv', 'row,reason');
    const command = new GetObjectCommand({
      Bucket: BUCKET,
      Key: 'rejects/a.csv',
      ResponseContentDisposition: 'attachment; filename="rejects.csv"',
    });
    const response = await fetch(await getSignedUrl(s3, command, { expiresIn: 60 }));
    expect(await response.text()).toBe('row,reason');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="rejects.csv"');
    const expired = await getSignedUrl(s3, command, { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) });
    const refused = await fetch(expired);
    expect([refused.status, await errorCode(refused)]).toEqual([403, 'AccessDenied']);
  });
});

describe('cross-origin requests', () => {
  it('are answered by the rules of the bucket', async () => {
    const url = await presignPut('uploads/cors.csv');
    const preflight = (origin: string, method: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
      });
    const allowed = await preflight(WEB, 'PUT');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, WEB]);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    expect((await preflight('http://elsewhere.example', 'PUT')).status).toBe(403);
    expect((await preflight(WEB, 'DELETE')).status).toBe(403);
    const upload = await fetch(url, { method: 'PUT', headers: { origin: WEB, 'content-type': 'text/csv' }, body: 'a,b,c' });
    expect([upload.status, upload.headers.get('access-control-expose-headers')]).toEqual([200, 'ETag']);
  });
});

describe('an object', () => {
  it('is not readable unsigned', async () => {
    await put('private.txt', 'secret');
    expect((await fetch(`${broker.endpoint}/${BUCKET}/private.txt`)).status).toBe(403);
  });

  it('is not overwritten by a call that is not supported', async () => {
    await put('kept.txt', 'kept');
    const tagging = new PutObjectTaggingCommand({ Bucket: BUCKET, Key: 'kept.txt', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    await expect(s3.send(tagging)).rejects.toMatchObject({ name: 'NotImplemented' });
    expect(await read('kept.txt')).toBe('kept');
  });

  it('is not overwritten with If-None-Match: *', async () => {
    await put('once.txt', 'first');
    const second = new PutObjectCommand({ Bucket: BUCKET, Key: 'once.txt', Body: 'second', IfNoneMatch: '*' });
    await expect(s3.send(second)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await read('once.txt')).toBe('first');
  });

  it('is read in ranges', async () => {
    await put('range.txt', '0123456789');
    expect(await read('range.txt', 'bytes=3-5')).toBe('345');
    expect(await read('range.txt', 'bytes=8-')).toBe('89');
  });

  it('may be empty', async () => {
    await put('empty.txt', '');
    expect(await read('empty.txt')).toBe('');
  });

  it('is refused with the wrong checksum', async () => {
    const command = new PutObjectCommand({
      Bucket: BUCKET,
      Key: 'sum.txt',
      Body: 'body',
      ChecksumSHA256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    });
    await expect(s3.send(command)).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('cannot leave the folder of its bucket', async () => {
    const url = `${broker.endpoint}/${BUCKET}/x%2f..%2f..%2f..%2fescaped`;
    expect((await fetch(url, { method: 'PUT', headers: { authorization: 'AWS4-HMAC-SHA256' }, body: 'x' })).status).toBe(400);
    expect((await readdir(folder)).sort()).toEqual(['messages', 'objects']);
  });

  it('survives a restart', async () => {
    await put('durable/a.txt', 'durable');
    await stop();
    await start();
    expect(await read('durable/a.txt')).toBe('durable');
  });
});
