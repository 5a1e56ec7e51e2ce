import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { echo, startEdgeTrial, type EdgeTrial } from './edge-trial.ts';

const MIB = 1024 * 1024;
const GOOD = { authorization: 'Bearer good' };

let trial: EdgeTrial;
beforeAll(async () => {
  trial = await startEdgeTrial({ integrationTimeoutMs: 1000 });
});
afterEach(() => {
  trial.answer(echo);
  trial.setTargets('running');
});
afterAll(() => trial.stop());

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

const call = (path: string, init: Init = {}) => fetch(`${trial.api}${path}`, { ...init, headers: { ...GOOD, ...init.headers } });

async function readProblem(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return JSON.parse(await response.text());
}

describe('API Gateway to the load balancer', () => {
  it('sends the bare path and paths below it, with the query as it came', async () => {
    expect(await (await call('/catalog?q=%E6%9D%B1&x=a+b', { method: 'POST', body: 'hi' })).json()).toMatchObject({
      method: 'POST',
      url: '/catalog?q=%E6%9D%B1&x=a+b',
      body: 'hi',
    });
    expect(await (await call('/catalog/items/a%2Fb')).json()).toMatchObject({ method: 'GET', url: '/catalog/items/a%2Fb' });
  });

  it('adds the headers of both and drops what one connection owns', async () => {
    const sent = { 'x-forwarded-for': '203.0.113.9', bad_name: 'x', 'x-kept': 'yes' };
    const { headers } = JSON.parse(await (await call('/catalog/items', { headers: sent })).text());
    expect(headers).toMatchObject({
      host: 'alb.example.com:8443',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '8443',
      'x-kept': 'yes',
      'x-subject': 'user-1',
    });
    expect(headers['x-forwarded-for']).toBe('203.0.113.9, 127.0.0.1, 127.0.0.1');
    expect(headers).not.toHaveProperty('bad_name');
  });

  it('leaves status, headers and body of the service alone', async () => {
    trial.answer((_request, response) =>
      response
        .writeHead(412, { 'content-type': 'application/problem+json', etag: '"7"', 'set-cookie': ['a=1', 'b=2'] })
        .end('{"code":"STALE"}'),
    );
    const response = await call('/catalog/items/1');
    expect([response.status, response.headers.get('etag'), response.headers.getSetCookie(), await response.text()]).toEqual([
      412,
      '"7"',
      ['a=1', 'b=2'],
      '{"code":"STALE"}',
    ]);
  });

  it('answers the load balancer’s 404 for a path that no rule has', async () => {
    const response = await call('/jobs/7');
    expect([response.status, await response.text()]).toEqual([404, '{"code":"ROUTE_NOT_FOUND"}']);
  });

  it('answers 503 without tasks and 502 with a dead one', async () => {
    trial.setTargets('none');
    expect((await call('/catalog')).status).toBe(503);
    trial.setTargets('dead');
    expect((await call('/catalog')).status).toBe(502);
    expect((await call('/catalog', { method: 'POST', body: Buffer.alloc(MIB) })).status).toBe(502);
  });

  it('answers preflight from the template', async () => {
    const response = await fetch(`${trial.api}/whoami`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });
});

describe('API Gateway’s refusals', () => {
  it.each([
    ['no token', {}],
    ['a foreign token', { authorization: 'Bearer forged' }],
    ['an id token where scopes are asked for', { authorization: 'Bearer id' }],
    ['an access token without the scope', { authorization: 'Bearer narrow' }],
  ])('401 for %s', async (_what, headers) => {
    const response = await fetch(`${trial.api}/catalog`, { headers });
    expect(response.status).toBe(401);
    expect(await readProblem(response)).toEqual({
      status: 401,
      code: 'UNAUTHORIZED',
      correlationId: response.headers.get('x-amzn-requestid'),
      detail: 'Unauthorized',
    });
  });

  it('401 that says so for an expired token', async () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1 })).toString('base64url');
    const response = await fetch(`${trial.api}/catalog`, { headers: { authorization: `Bearer x.${payload}.x` } });
    expect(await readProblem(response)).toMatchObject({ detail: 'The incoming token has expired' });
  });

  it('wants an id token where no scope is asked for, and takes it bare', async () => {
    expect((await fetch(`${trial.api}/whoami`, { headers: { authorization: 'id' } })).status).toBe(200);
    expect((await fetch(`${trial.api}/whoami`, { headers: GOOD })).status).toBe(401);
  });

  it('for a path or method without a resource, and a stage that is not there', async () => {
    expect(await readProblem(await call('/nothing'))).toMatchObject({ status: 404, code: 'MISSING_AUTHENTICATION_TOKEN' });
    expect(await readProblem(await call('/whoami', { method: 'DELETE' }))).toMatchObject({ status: 404 });
    expect((await fetch(trial.api.replace('/v1', '/v2'))).status).toBe(403);
  });

  it('413 for more than 10 MiB, said or found out', async () => {
    const large = Buffer.alloc(10 * MIB + 1);
    expect(await readProblem(await call('/catalog', { method: 'POST', body: large }))).toMatchObject({ status: 413 });
    const stream = Readable.toWeb(Readable.from([large.subarray(0, 6 * MIB), large.subarray(0, 6 * MIB)]));
    const response = await call('/catalog', { method: 'POST', body: stream as ReadableStream, duplex: 'half' } as Init);
    expect(await readProblem(response)).toMatchObject({ status: 413 });
    trial.answer((request, response) => void request.resume().once('end', () => response.end('all of it')));
    expect((await call('/catalog', { method: 'POST', body: large.subarray(1) })).status).toBe(200);
  });

  it('504 when the service takes too long', async () => {
    trial.answer(() => undefined);
    expect(await readProblem(await call('/catalog'))).toMatchObject({ status: 504, detail: 'Endpoint request timed out' });
  });

  it('are logged with the caller and the reason', async () => {
    trial.accessLog.length = 0;
    await call('/catalog/items');
    await fetch(`${trial.api}/catalog`);
    expect(trial.accessLog).toEqual(['GET /catalog/{proxy+} 200 user-1 -', 'GET /catalog 401 - UNAUTHORIZED']);
  });
});

describe('throttling', () => {
  it('answers 429 beyond the burst until tokens come back', async () => {
    const throttled = await startEdgeTrial({ burst: 2 });
    try {
      const attempt = () => fetch(`${throttled.api}/catalog`, { headers: GOOD });
      expect([(await attempt()).status, (await attempt()).status]).toEqual([200, 200]);
      expect(await readProblem(await attempt())).toMatchObject({ status: 429, code: 'THROTTLED' });
      throttled.advance(1000);
      expect((await attempt()).status).toBe(200);
    } finally {
      await throttled.stop();
    }
  });
});

describe('trace', () => {
  it('goes on through the gateway’s span to the service', async () => {
    const traceId = '65a0b1c2d3e4f5061728394a5b6c7d8e';
    const response = await call('/catalog/items', { headers: { traceparent: `00-${traceId}-0123456789abcdef-01` } });
    const { headers } = JSON.parse(await response.text());
    const span = trial.spans.at(-1);
    expect(span).toMatchObject({
      traceId,
      parentSpanId: '0123456789abcdef',
      name: 'GET /catalog/{proxy+}',
      service: 'trial/v1',
      error: false,
    });
    expect(headers['traceparent']).toBe(`00-${traceId}-${span?.spanId}-01`);
    expect(headers['x-amzn-trace-id']).toMatch(
      new RegExp(`^Self=1-[0-9a-f-]+;Root=1-65a0b1c2-d3e4f5061728394a5b6c7d8e;Parent=${span?.spanId};Sampled=1$`),
    );
    expect(response.headers.get('x-amzn-trace-id')).toBe('Root=1-65a0b1c2-d3e4f5061728394a5b6c7d8e');
  });

  it('is not recorded when the caller did not sample it', async () => {
    const before = trial.spans.length;
    await call('/catalog', { headers: { traceparent: '00-65a0b1c2d3e4f5061728394a5b6c7d8e-0123456789abcdef-00' } });
    expect(trial.spans.length).toBe(before);
  });
});

describe('streaming', () => {
  it('lets both sides talk before the request ends', async () => {
    trial.answer((request, response) => {
      response.flushHeaders();
      request.on('data', (chunk: Buffer) => response.write(chunk.toString().toUpperCase()));
      request.on('end', () => response.end());
    });
    const outgoing = httpRequest(`${trial.api}/catalog/talk`, { method: 'POST', headers: GOOD });
    outgoing.write('one');
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(String((await once(incoming, 'data'))[0])).toBe('ONE');
    outgoing.end('two');
    expect(String((await once(incoming, 'data'))[0])).toBe('TWO');
  });

  it('tells the service when the client goes away', async () => {
    const closed = new Promise<boolean>((resolve) => {
      trial.answer((_request, response) => {
        response.write('begun');
        response.once('close', () => resolve(response.writableFinished));
      });
    });
    const outgoing = httpRequest(`${trial.api}/catalog/long`, { headers: GOOD }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    await once(incoming, 'data');
    incoming.destroy();
    expect(await closed).toBe(false);
  });

  it('ends a client’s upload when it goes away half-way', async () => {
    const aborted = new Promise<unknown>((resolve) => {
      trial.answer((request) => void request.once('error', resolve).resume());
    });
    const outgoing = httpRequest(`${trial.api}/catalog/upload`, { method: 'PUT', headers: { ...GOOD, 'content-length': 1000 } });
    outgoing.on('error', () => undefined).write('half', () => setImmediate(() => outgoing.destroy()));
    expect(await aborted).toMatchObject({ code: 'ECONNRESET' });
  });

  it('tears the connection when the service dies in the middle', async () => {
    trial.answer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
    });
    const response = await call('/catalog/torn');
    await expect(response.text()).rejects.toThrow();
  });
});
