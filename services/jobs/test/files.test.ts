import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFileStore, createS3Client } from '../src/store/files.ts';

let server: Server;

beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

const UPLOAD = { key: 'uploads/a/1/x.csv', contentType: 'text/csv', sizeBytes: 1 };

describe('the file store', () => {
  it('gives an upload the address that pages are allowed to send to', async () => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
    const { url } = await createFileStore(createS3Client(), 'torii-files').presignPut(UPLOAD, 60);
    expect(new URL(url).origin).toBe('https://torii-files.s3.eu-west-1.amazonaws.com');
  });

  it('says that the store is away, not that the service has a bug', async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const files = createFileStore(createS3Client(), 'torii-files');
    await expect(files.getFacts(UPLOAD.key)).rejects.toMatchObject({ code: 'FILES_UNAVAILABLE', kind: 'unavailable' });
  });
});
