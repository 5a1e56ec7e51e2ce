import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestClient, type TestTokens, createTestClient, createTestTokens, waitFor } from '@torii/testing';
import { z } from 'zod';
import {
  type HttpServer,
  type MountHandler,
  type RequestGuard,
  ServiceError,
  createHttpServer,
  createLogger,
  createTokenVerifier,
  defineRoute,
} from '../src/index.ts';

const lines: Record<string, unknown>[] = [];
const logger = createLogger({ serviceName: 'chassis', destination: { write: (line) => lines.push(JSON.parse(line)) } });
const waiting = Promise.withResolvers<void>();
const slow = Promise.withResolvers<void>();
const slowStarted = Promise.withResolvers<void>();

const routes = [
  defineRoute({
    method: 'GET',
    path: '/things/:id',
    params: z.object({ id: z.uuid() }),
    handle: async ({ params, user }) => ({ status: 200, body: { id: params.id, userId: user.id } }),
  }),
  defineRoute({
    method: 'POST',
    path: '/things',
    auth: 'none',
    maxBodyBytes: 1_000,
    query: z.strictObject({ limit: z.coerce.number().max(5).optional() }),
    body: z.strictObject({ name: z.string(), price: z.object({ amountMinor: z.number().int() }).optional() }),
    handle: async ({ body }) => ({ status: 201, headers: { location: '/v1/things/1', etag: '"1"' }, body }),
  }),
  defineRoute({ method: 'DELETE', path: '/things/:id', auth: 'none', handle: async () => ({ status: 204 }) }),
  defineRoute({ method: 'GET', path: '/bug', auth: 'none', handle: () => Promise.reject(new Error('the password is hunter2')) }),
  defineRoute({
    method: 'GET',
    path: '/down',
    auth: 'none',
    handle: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
  }),
  defineRoute({
    method: 'GET',
    path: '/conflict',
    auth: 'none',
    handle: () =>
      Promise.reject(new ServiceError({ code: 'THING_TAKEN', kind: 'conflict', message: 'Thing 1 cannot be had: it is taken.' })),
  }),
  defineRoute({
    method: 'GET',
    path: '/unsendable',
    auth: 'none',
    handle: async () => ({ status: 200, headers: { 'x-text': 'two\nlines' }, body: {} }),
  }),
  defineRoute({
    method: 'GET',
    path: '/until-gone',
    auth: 'none',
    handle: async ({ signal }) => {
      waiting.resolve();
      await once(signal, 'abort');
      throw new Error('the call upstream was aborted');
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/slow',
    auth: 'none',
    handle: async () => {
      slowStarted.resolve();
      await slow.promise;
      return { status: 200, body: 'done' };
    },
  }),
];

const guard: RequestGuard = (request, response) => {
  response.setHeader('x-guarded', 'yes');
  if (request.url === '/healthz') response.setHeader('cache-control', 'private');
  if (request.url?.endsWith('?refuse') === true)
    throw new ServiceError({ code: 'GUARD_REFUSED', kind: 'conflict', message: 'The request cannot pass: it says so.' });
};

const mounted: MountHandler = (request, response, next) => {
  if (request.url === '/mounted/page') response.end('a page');
  else if (request.url === '/mounted/broken') next(new Error('the password is hunter2'));
  else if (request.url === '/mounted/malformed') next(Object.assign(new Error('bad path'), { status: 400 }));
  else next();
};

let tokens: TestTokens;
let server: HttpServer;
let client: TestClient;
let port: number;

beforeAll(async () => {
  tokens = await createTestTokens();
  const verifier = createTokenVerifier({ issuer: tokens.issuer, clientIds: [tokens.clientId], jwks: tokens.jwks });
  server = createHttpServer({
    logger,
    port: 0,
    host: '127.0.0.1',
    routes,
    verifier,
    release: 'c0ffee',
    readiness: { good: async () => {}, hanging: () => new Promise(() => {}) },
    before: [guard],
    mount: mounted,
  });
  ({ port } = await server.start());
  client = createTestClient(`http://127.0.0.1:${port}`, await tokens.sign());
});
afterAll(() => server.stop());

describe('a request', () => {
  it('is answered in JSON, with the headers of the route and nothing about the server', async () => {
    const response = await client.post('/things', { name: '東京' });
    expect(response).toMatchObject({ status: 201, body: { name: '東京' } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      location: '/v1/things/1',
      etag: '"1"',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-correlation-id': expect.any(String),
      'content-length': String(Buffer.byteLength('{"name":"東京"}')),
    });
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  it('passes the guards, whose headers stand before those every answer has', async () => {
    const { headers } = await client.get('/healthz');
    expect([headers.get('x-guarded'), headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      'yes',
      'private',
      'nosniff',
    ]);
  });

  it('that no route answers is for what is mounted', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/mounted/page`);
    expect([response.status, response.headers.get('x-guarded'), await response.text()]).toEqual([200, 'yes', 'a page']);
  });

  it('may name the whole address, as proxies do', async () => {
    const socket = connect(port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.write('GET http://torii.example/healthz?deep HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1.1 200 /);
    socket.destroy();
  });

  it('of HEAD is answered as GET, without the body', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '15', '']);
  });

  it('makes one log line, which names the caller', async () => {
    const userId = '0190a1b2-0000-7000-8000-000000000001';
    await client.get('/things/0190a1b2-0000-7000-8000-000000000002', {
      token: await tokens.sign({ userId }),
      headers: { 'x-correlation-id': 'mine-1' },
    });
    expect(lines.filter((line) => line['correlationId'] === 'mine-1')).toEqual([
      expect.objectContaining({ level: 'info', method: 'GET', route: '/things/:id', status: 200, userId, durationMs: expect.any(Number) }),
    ]);
  });

  it('keeps a correlation id it came with, unless that could forge a log', async () => {
    expect((await client.get('/conflict', { headers: { 'x-correlation-id': 'abc-1' } })).headers.get('x-correlation-id')).toBe('abc-1');
    expect((await client.get('/conflict', { headers: { 'x-correlation-id': 'a b"c' } })).headers.get('x-correlation-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  it('may be answered without a body', async () => {
    expect(await client.delete('/things/1')).toMatchObject({ status: 204, body: undefined });
  });
});

describe('a problem', () => {
  it.each([
    ['an unknown address', 'GET', '/nowhere', {}, 404, 'ROUTE_NOT_FOUND'],
    ['an address that cannot be decoded', 'DELETE', '/things/%E0%A4%A', {}, 400, 'REQUEST_MALFORMED'],
    ['a wrong method', 'PUT', '/things', {}, 405, 'METHOD_NOT_ALLOWED'],
    [
      'another content type',
      'POST',
      '/things',
      { body: 'a=1', headers: { 'content-type': 'text/plain' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['compressed JSON', 'POST', '/things', { body: '{}', headers: { 'content-encoding': 'gzip' } }, 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['bad JSON', 'POST', '/things', { body: '{"secret": ' }, 400, 'BODY_NOT_JSON'],
    ['JSON in another encoding', 'POST', '/things', { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400, 'BODY_NOT_JSON'],
    ['an empty body', 'POST', '/things', { body: '' }, 400, 'BODY_NOT_JSON'],
    ['a body that says it is too large', 'POST', '/things', { body: JSON.stringify({ name: 'x'.repeat(2_000) }) }, 413, 'BODY_TOO_LARGE'],
    ['a conflict', 'GET', '/conflict', {}, 409, 'THING_TAKEN'],
    ['a dependency that is down', 'GET', '/down', {}, 503, 'DEPENDENCY_UNAVAILABLE'],
    ['a bug', 'GET', '/bug', {}, 500, 'INTERNAL_ERROR'],
    ['an answer that cannot be sent', 'GET', '/unsendable', {}, 500, 'INTERNAL_ERROR'],
    ['what a guard refuses', 'GET', '/things?refuse', {}, 409, 'GUARD_REFUSED'],
    ['what is mounted and fails', 'GET', '/mounted/broken', {}, 500, 'INTERNAL_ERROR'],
    ['what is mounted and cannot be read', 'GET', '/mounted/malformed', {}, 400, 'REQUEST_MALFORMED'],
    ['what is mounted and does not know the address', 'GET', '/mounted/nowhere', {}, 404, 'ROUTE_NOT_FOUND'],
  ])('tells of %s', async (_what, method, path, init, status, code) => {
    const response = await client.request(method, path, init);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.problem).toMatchObject({ status, code, correlationId: response.headers.get('x-correlation-id') });
    expect(response.status).toBe(status);
    expect(JSON.stringify(response.body)).not.toMatch(/hunter2|secret|stack/);
  });

  it('names every wrong field', async () => {
    const response = await client.post('/things', { price: { amountMinor: 1.5 }, colour: 'red' });
    expect(response.problem.errors).toEqual([
      { path: 'name', message: expect.stringContaining('expected string') },
      { path: 'price.amountMinor', message: expect.stringContaining('int') },
      { path: 'colour', message: 'is not a known field' },
    ]);
    expect((await client.post('/things?limit=9', { name: 'x' })).problem.errors).toEqual([expect.objectContaining({ path: 'limit' })]);
  });

  it('says which methods are allowed', async () => {
    expect((await client.request('PATCH', '/things/1')).headers.get('allow')).toBe('GET, HEAD, DELETE');
  });

  it('answers a body that turns out too large while it is sent', async () => {
    const socket = connect(port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.write('POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    socket.write(`800\r\n${'x'.repeat(0x800)}\r\n`);
    expect(await answer).toMatch(/^HTTP\/1.1 413 [\s\S]*BODY_TOO_LARGE/);
    socket.destroy();
  });
});

describe('authentication', () => {
  it.each([
    ['no token', async () => null, 'TOKEN_MISSING'],
    ['an expired token', () => tokens.sign({ expiresInSeconds: -10 }), 'TOKEN_EXPIRED'],
    ['a foreign issuer', () => tokens.sign({ issuer: 'https://localhost/other' }), 'TOKEN_INVALID'],
    ['a tampered token', () => tokens.signTampered(), 'TOKEN_INVALID'],
    ['a token signed by another key', () => tokens.signForged(), 'TOKEN_INVALID'],
    ['another client', () => tokens.sign({ clientId: 'other' }), 'TOKEN_INVALID'],
    ['an id token', () => tokens.sign({ tokenUse: 'id' }), 'TOKEN_INVALID'],
    ['what is no token', async () => 'abc', 'TOKEN_INVALID'],
  ])('refuses %s', async (_what, makeToken, code) => {
    const response = await client.get('/things/0190a1b2-0000-7000-8000-000000000002', { token: await makeToken() });
    expect(response.problem).toMatchObject({ status: 401, code });
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('answers 503, not 401, when the keys of the issuer cannot be read', async () => {
    const verifier = createTokenVerifier({ issuer: 'https://127.0.0.1:1/pool', clientIds: [tokens.clientId] });
    await expect(verifier.verify(await tokens.sign({ issuer: 'https://127.0.0.1:1/pool' }))).rejects.toMatchObject({
      code: 'TOKEN_KEYS_UNAVAILABLE',
      kind: 'unavailable',
    });
  });
});

describe('health', () => {
  it('is alive although a dependency hangs, and not ready', async () => {
    expect(await client.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await client.get('/readyz')).toMatchObject({
      status: 503,
      body: { status: 'not ready', release: 'c0ffee', checks: { good: 'ok', hanging: 'failed' } },
    });
  });
});

describe('stop', () => {
  it('blames nobody when the caller hangs up', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /until-gone HTTP/1.1\r\nhost: x\r\n\r\n');
    await waiting.promise;
    socket.destroy();
    const line = await waitFor(async () => lines.find(({ route }) => route === '/until-gone'), { what: 'A log line' });
    expect(line).toMatchObject({ level: 'info', status: 499 });
  });

  it('answers the request under way, takes no other', async () => {
    const underWay = client.get('/slow');
    await slowStarted.promise;
    const stopped = server.stop();
    slow.resolve();
    expect(await underWay).toMatchObject({ status: 200 });
    await stopped;
    await expect(client.get('/healthz')).rejects.toThrow('fetch failed');
  });
});
