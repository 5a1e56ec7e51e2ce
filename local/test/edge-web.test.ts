import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { echo, startEdgeTrial, type EdgeTrial } from './edge-trial.ts';

let trial: EdgeTrial;
beforeAll(async () => {
  trial = await startEdgeTrial();
});
afterEach(() => {
  trial.answer(echo);
  trial.setTargets('running');
});
afterAll(() => trial.stop());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Without fetch's own decompression. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${trial.web}${path}`, { method, headers }, (incoming) => {
      incoming
        .toArray()
        .then((chunks) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }), reject);
    });
    outgoing.on('error', reject).end();
  });
}

/** Counts how often the origin is asked. */
function serveAsset(headers: Record<string, string>, body: string): { count: number } {
  const asked = { count: 0 };
  trial.answer((_request, response) => {
    asked.count += 1;
    response.writeHead(200, { 'content-type': 'text/javascript', 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  });
  return asked;
}

describe('CloudFront to the frontend', () => {
  it('passes the viewer’s request on, host, cookies and query included', async () => {
    const { body, headers } = await get('/search?q=%E6%9D%B1', { cookie: 'session=1', origin: trial.web });
    expect(JSON.parse(body.toString())).toMatchObject({
      url: '/search?q=%E6%9D%B1',
      headers: {
        host: new URL(trial.web).host,
        cookie: 'session=1',
        origin: trial.web,
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '443',
      },
    });
    expect(headers['x-cache']).toBe('Miss from cloudfront');
  });

  it('never reaches the rules of the API', async () => {
    for (const path of ['/catalog/items', '/identity/me']) {
      expect(JSON.parse((await get(path)).body.toString()).headers).toMatchObject({ 'x-forwarded-port': '443' });
    }
    expect(trial.spans).toHaveLength(0);
  });

  it('adds security headers but leaves the origin’s own', async () => {
    trial.answer((_request, response) =>
      response.setHeader('x-frame-options', 'DENY').setHeader('x-content-type-options', 'sniff').end('x'),
    );
    expect((await get('/')).headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
  });

  it('answers 503 of the load balancer without tasks', async () => {
    trial.setTargets('none');
    expect((await get('/')).status).toBe(503);
  });

  it('does not keep what the default behaviour serves', async () => {
    const asked = serveAsset({ 'cache-control': 'max-age=60' }, 'x');
    await get('/page');
    await get('/page');
    expect(asked.count).toBe(2);
  });
});

describe('CloudFront’s cache', () => {
  it('keeps assets by path, without cookies, host or query reaching the origin', async () => {
    await get('/assets/echo.js?v=1', { cookie: 'session=1' }).then(({ body }) => {
      const seen = JSON.parse(body.toString());
      expect(seen).toMatchObject({ url: '/assets/echo.js', headers: { host: 'alb.example.com', 'user-agent': 'Amazon CloudFront' } });
      expect(seen.headers).not.toHaveProperty('cookie');
    });
    const asked = serveAsset({ 'cache-control': 'max-age=60', etag: '"1"' }, 'x');
    await get('/assets/a.js');
    const hit = await get('/assets/a.js?other');
    expect([asked.count, hit.body.toString(), hit.headers['x-cache']]).toEqual([1, 'x', 'Hit from cloudfront']);
    expect((await get('/assets/a.js', { 'if-none-match': '"1"' })).status).toBe(304);
    trial.advance(61_000);
    await get('/assets/a.js');
    expect(asked.count).toBe(2);
  });

  it('honours the origin’s refusal', async () => {
    const asked = serveAsset({ 'cache-control': 'no-store' }, 'x');
    await get('/assets/never.js');
    await get('/assets/never.js');
    expect(asked.count).toBe(2);
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('compresses to %s once', async (encoding, decompress) => {
    const text = 'const torii = 1;\n'.repeat(200);
    const asked = serveAsset({ etag: '"2"' }, text);
    const path = `/assets/big-${encoding}.js`;
    const first = await get(path, { 'accept-encoding': encoding });
    const second = await get(path, { 'accept-encoding': encoding });
    expect(second.headers).toMatchObject({
      'content-encoding': encoding,
      vary: 'Accept-Encoding',
      etag: 'W/"2"',
      'x-cache': 'Hit from cloudfront',
    });
    expect(second.body.equals(first.body)).toBe(true);
    expect(decompress(second.body).toString()).toBe(text);
    expect((await get(path)).body.toString()).toBe(text);
    expect(asked.count).toBe(2);
  });

  it('allows only reading where the behaviour says so', async () => {
    expect((await get('/assets/a.js', {}, 'POST')).status).toBe(403);
  });
});
