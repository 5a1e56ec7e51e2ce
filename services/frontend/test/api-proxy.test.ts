import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { type Answer, startTestFrontend, type TestFrontend } from './start-test-frontend.ts';

const MINUTE_MS = 60_000;
let frontend: TestFrontend;
let answerOk: Answer;

beforeAll(async () => {
  frontend = await startTestFrontend();
  answerOk = frontend.api.answer;
});
beforeEach(() => {
  frontend.api.answer = answerOk;
  frontend.api.received.length = 0;
});
afterAll(() => frontend.stop());

const tokenOf = (index: number) => frontend.api.received[index]?.headers.authorization ?? '';
const claimsOf = (authorization: string): unknown => JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString());

describe('ALL /bff/api/*', () => {
  it('passes a request on with the access token and without cookies', async () => {
    const browser = await frontend.loggedIn();
    const body = { type: 'catalog-import', name: '東京' };
    await browser.post('/bff/api/jobs?a=%E6%9D%B1', body, {
      'idempotency-key': 'k1',
      'x-correlation-id': 'c-1',
      authorization: 'Bearer mine',
    });
    const [received] = frontend.api.received;
    expect(received).toMatchObject({ method: 'POST', url: '/v1/jobs?a=%E6%9D%B1', body: JSON.stringify(body) });
    expect(received?.headers).toMatchObject({ 'idempotency-key': 'k1', 'x-correlation-id': 'c-1', 'content-type': 'application/json' });
    expect(received?.headers.cookie).toBeUndefined();
    expect(claimsOf(tokenOf(0))).toMatchObject({ token_use: 'access' });
  });

  it('passes the answer back, without what is the API own plumbing', async () => {
    frontend.api.answer = (_received, response) => {
      const headers = {
        location: '/v1/jobs/7',
        etag: '"3"',
        'content-type': 'application/json',
        'set-cookie': 'evil=1',
        'x-amz-apigw-id': 'x',
        connection: 'close',
      };
      response.writeHead(202, headers).end('{"id":"7"}');
    };
    const reply = await (await frontend.loggedIn()).post('/bff/api/jobs', {});
    expect(reply).toMatchObject({ status: 202, body: { id: '7' } });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      location: '/bff/api/jobs/7',
      etag: '"3"',
      'cache-control': 'no-store',
      'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(reply.headers.has('x-amz-apigw-id')).toBe(false);
    expect(reply.headers.getSetCookie()).toEqual([]);
  });

  it('passes refusals back as they are', async () => {
    frontend.api.answer = (_received, response) => {
      response.writeHead(412, { 'content-type': 'application/problem+json' }).end('{"code":"ITEM_VERSION_STALE"}');
    };
    const reply = await (await frontend.loggedIn()).send('PATCH', '/bff/api/catalog/items/1');
    expect(reply.status).toBe(412);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  it('refuses without a session', async () => {
    expect((await frontend.browser().get('/bff/api/jobs')).problem).toMatchObject({ status: 401, code: 'SESSION_REQUIRED' });
    expect(frontend.api.received).toEqual([]);
  });

  it.each(['/bff/api/admin', '/bff/api/jobs/%2e%2e/admin', '/bff/api/jobs%2f..%2fadmin'])('passes nothing on for %s', async (path) => {
    expect((await (await frontend.loggedIn()).get(path)).problem).toMatchObject({ status: 404, code: 'API_PATH_UNKNOWN' });
    expect(frontend.api.received).toEqual([]);
  });

  it('renews the access token once for many requests at a time', async () => {
    const browser = await frontend.loggedIn();
    await browser.get('/bff/api/jobs');
    frontend.advance(30 * MINUTE_MS);
    const replies = await Promise.all(Array.from({ length: 5 }, () => browser.get('/bff/api/jobs')));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const tokens = new Set(frontend.api.received.slice(1).map(({ headers }) => headers.authorization));
    expect(tokens.size).toBe(1);
    expect(tokens.has(tokenOf(0))).toBe(false);
    await browser.get('/bff/api/jobs');
    expect(tokens.has(tokenOf(6))).toBe(true);
  });

  it('ends the session when the API no longer takes its token', async () => {
    frontend.api.answer = (_received, response) => void response.writeHead(401).end();
    const browser = await frontend.loggedIn();
    expect((await browser.get('/bff/api/identity/me')).status).toBe(401);
    expect((await browser.get('/bff/session')).body).toEqual({ user: null });
  });

  it('says that the API does not answer', async () => {
    frontend.api.answer = (_received, response) => void response.destroy();
    expect((await (await frontend.loggedIn()).get('/bff/api/jobs')).problem).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('streams: the first bytes arrive before the last are made', async () => {
    let finish = () => {};
    frontend.api.answer = (_received, response) => {
      response.writeHead(200, { 'content-type': 'text/csv' }).write('first\n');
      finish = () => response.end('last\n');
    };
    const { cookies } = await frontend.loggedIn();
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(`${frontend.baseUrl}/bff/api/jobs/1`, { headers: { cookie } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('first\n');
    finish();
    expect((await reader?.read())?.value).toBe('last\n');
  });

  it('ends the transfer when the caller hangs up', async () => {
    let isClosed = false;
    frontend.api.answer = (_received, response) => {
      response.once('close', () => (isClosed = true));
      response.writeHead(200, { 'content-type': 'text/csv' }).write('first\n');
    };
    const { cookies } = await frontend.loggedIn();
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const caller = new AbortController();
    await fetch(`${frontend.baseUrl}/bff/api/jobs/1`, { headers: { cookie }, signal: caller.signal });
    caller.abort();
    await waitFor(() => isClosed, { what: 'The end of the transfer from the API' });
    expect(await frontend.browser().get('/healthz')).toMatchObject({ status: 200 });
  });
});
