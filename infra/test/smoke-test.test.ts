import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { handler as Handler, HookEvent } from '../lambda/smoke-test.ts';

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the load balancer's listener for tests answers, by path. */
type Release = (path: string) => { readonly status?: number; readonly type?: string; readonly body?: unknown; readonly headers?: object };

/** Milliseconds: what the function has left when it is called, of which it keeps fifteen seconds. */
const ALL_THE_TIME = 300_000;
const NEARLY_NONE = 15_700;
const HOOK: HookEvent = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'hook-1' };
const NEW = 'c0ffee';
const OLD = 'bad5eed';

const before = { ...process.env };
const servers: Server[] = [];
let handler: typeof Handler;
let calls: Call[];
let releases: Readonly<Record<string, string | undefined>>;
/** Operations that AWS refuses. */
let refused: ReadonlySet<string>;
let written: string[];
const write = process.stdout.write.bind(process.stdout);

beforeAll(async () => {
  const aws = await serve((request, response) => {
    void text(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      calls.push({ operation, input: JSON.parse(body) as Call['input'] });
      response.statusCode = refused.has(operation) ? 400 : 200;
      response.end(JSON.stringify(refused.has(operation) ? { __type: 'AccessDeniedException', message: 'no' } : answerTo(operation, body)));
    });
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    CLUSTER: 'cluster',
    ECS_SERVICE: 'catalog-service',
    TRIED_SERVICE: 'catalog',
    CERTIFICATE_NAME: 'alb.torii.example.com',
    BEHAVIOUR_PATH: '/catalog/items',
    BEHAVIOUR_EXPECTS: 'a 401 problem',
    RELEASED_PARAMETER: '/torii/dev/catalog/released',
  });
  ({ handler } = await import('../lambda/smoke-test.ts'));
});
beforeEach(() => {
  calls = [];
  refused = new Set();
  releases = { ACTIVE: NEW, PRIMARY: OLD };
  written = [];
  process.stdout.write = (line) => written.push(String(line)) > 0;
});
afterEach(() => {
  process.stdout.write = write;
  Object.assign(process.env, { BEHAVIOUR_PATH: '/catalog/items', BEHAVIOUR_EXPECTS: 'a 401 problem', CLUSTER: 'cluster' });
});
afterAll(async () => {
  process.env = before;
  await Promise.all(servers.map((server) => new Promise((resolve) => server.closeAllConnections() ?? server.close(resolve))));
});

function answerTo(operation: string, body: string): object {
  if (operation === 'DescribeServices') {
    const sets = Object.keys(releases).map((status, index) => ({ status, taskDefinition: `task:${status}`, createdAt: index }));
    return { services: [{ taskSets: sets }] };
  }
  if (operation !== 'DescribeTaskDefinition') return {};
  const release = Object.entries(releases).find(([status]) => body.includes(`task:${status}`))?.[1];
  const environment = release === undefined ? [] : [{ name: 'RELEASE', value: release }];
  return { taskDefinition: { containerDefinitions: [{ name: 'otel-collector' }, { name: 'app', environment }] } };
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${parseAddress(server.address()).port}`;
}

function parseAddress(address: unknown): AddressInfo {
  return address as AddressInfo;
}

/** The listener for tests, with this release behind it. @returns the headers of what it was asked */
async function startRelease(release: Release): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const asked: Readonly<Record<string, unknown>>[] = [];
  process.env['TEST_ORIGIN'] = await serve((request, response) => {
    asked.push({ ...request.headers, path: request.url });
    const { status = 200, type = 'application/json', body = {}, headers = {} } = release(request.url ?? '');
    response.writeHead(status, { 'content-type': type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return asked;
}

const READY = { body: { status: 'ready', release: NEW, checks: {} } };
const UNAUTHENTICATED = {
  status: 401,
  type: 'application/problem+json',
  body: { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'UNAUTHENTICATED' },
};
const GOOD: Release = (path) => (path === '/readyz' ? READY : UNAUTHENTICATED);

async function judge(remainingMs = ALL_THE_TIME): Promise<unknown> {
  await handler(HOOK, { getRemainingTimeInMillis: () => remainingMs });
  const verdicts = calls.filter(({ operation }) => operation === 'PutLifecycleEventHookExecutionStatus').map(({ input }) => input);
  expect(verdicts).toEqual([
    { deploymentId: 'd-1', lifecycleEventHookExecutionId: 'hook-1', status: expect.stringMatching(/^(Succeeded|Failed)$/) },
  ]);
  return verdicts[0]?.['status'];
}

/** The release that consumers were told of. */
const letIn = () => calls.filter(({ operation }) => operation === 'PutParameter').map(({ input }) => input);
const reason = () => written.join('');

describe('the smoke test', () => {
  it('finds a good release good, lets its consumers in, and only then says so', async () => {
    const asked = await startRelease(GOOD);
    expect(await judge()).toBe('Succeeded');
    expect(letIn()).toEqual([{ Name: '/torii/dev/catalog/released', Value: NEW, Overwrite: true }]);
    expect(calls.map(({ operation }) => operation).slice(-2)).toEqual(['PutParameter', 'PutLifecycleEventHookExecutionStatus']);
    for (const headers of asked) expect(headers).toMatchObject({ 'torii-service': 'catalog', host: 'alb.torii.example.com' });
    expect(asked.map(({ path }) => path)).toEqual(['/readyz', '/readyz', '/readyz', '/catalog/items']);
  });

  it('waits while tasks start and the load balancer changes over', async () => {
    const answers = [{ status: 503, body: 'no targets' }, { body: { status: 'ready', release: OLD } }, READY, { ...READY, status: 503 }];
    await startRelease((path) => (path === '/readyz' ? (answers.shift() ?? READY) : UNAUTHENTICATED));
    expect(await judge()).toBe('Succeeded');
  });

  it('refuses tasks that are not the release they should be', async () => {
    await startRelease((path) => (path === '/readyz' ? { body: { status: 'ready', release: OLD } } : UNAUTHENTICATED));
    expect(await judge(NEARLY_NONE)).toBe('Failed');
    expect(letIn()).toEqual([]);
    expect(reason()).toContain(`Release ${NEW} of catalog is not ready: /readyz is answered by release ${OLD}.`);
  });

  it('refuses the bootstrap server, which answers everything with 200', async () => {
    await startRelease(() => ({ type: 'text/plain', body: 'bootstrap' }));
    expect(await judge(NEARLY_NONE)).toBe('Failed');
    expect(reason()).toContain('bootstrap');
  });

  it('refuses a release that never gets ready', async () => {
    await startRelease((path) => (path === '/readyz' ? { status: 503, body: { status: 'not ready', release: NEW } } : UNAUTHENTICATED));
    expect(await judge(NEARLY_NONE)).toBe('Failed');
    expect(reason()).toContain('/readyz answers 503');
  });

  it('refuses a release that takes a request without an answer, in time to say so', async () => {
    process.env['TEST_ORIGIN'] = await serve(() => undefined);
    const startedAt = performance.now();
    expect(await judge(NEARLY_NONE)).toBe('Failed');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('refuses when nothing listens', async () => {
    process.env['TEST_ORIGIN'] = 'http://127.0.0.1:1';
    expect(await judge(NEARLY_NONE)).toBe('Failed');
    expect(reason()).toContain('ECONNREFUSED');
  });

  it.each([
    { what: 'anybody in', answer: { status: 200, body: [] } },
    { what: 'with an error', answer: { status: 500, type: 'application/problem+json', body: { status: 500 } } },
    { what: 'with a 401 that is no problem', answer: { status: 401, type: 'text/html', body: 'Unauthorized' } },
    { what: 'with a problem without a code', answer: { ...UNAUTHENTICATED, body: { title: 'Unauthorized', status: 401 } } },
  ])('refuses a release that lets $what', async ({ answer }) => {
    await startRelease((path) => (path === '/readyz' ? READY : answer));
    expect(await judge(NEARLY_NONE + 500)).toBe('Failed');
    expect(letIn()).toEqual([]);
    expect(reason()).toContain('does not answer /catalog/items with a 401 problem');
  });

  it.each([
    {
      what: 'with its security policy',
      headers: { 'content-security-policy': "default-src 'none'; script-src 'self'" },
      verdict: 'Succeeded',
    },
    { what: 'without one', headers: {}, verdict: 'Failed' },
  ])('finds a page $what: $verdict', async ({ headers, verdict }) => {
    Object.assign(process.env, { BEHAVIOUR_PATH: '/', BEHAVIOUR_EXPECTS: 'a page' });
    await startRelease((path) => (path === '/readyz' ? READY : { type: 'text/html; charset=utf-8', body: '<!doctype html>', headers }));
    expect(await judge(NEARLY_NONE + 500)).toBe(verdict);
  });

  it('refuses a task definition that says no release', async () => {
    await startRelease(GOOD);
    releases = { ACTIVE: undefined };
    expect(await judge()).toBe('Failed');
    expect(reason()).toContain('no variable RELEASE');
  });

  it.each(['DescribeServices', 'DescribeTaskDefinition', 'PutParameter'])(
    'refuses when it may not call %s: it answers whatever happens',
    async (operation) => {
      await startRelease(GOOD);
      refused = new Set([operation]);
      expect(await judge()).toBe('Failed');
    },
  );

  it('refuses when it lacks a variable', async () => {
    delete process.env['CLUSTER'];
    expect(await judge()).toBe('Failed');
    expect(reason()).toContain('the variable CLUSTER is not set');
  });

  it('throws when CodeDeploy cannot be told, so that Lambda calls it again', async () => {
    await startRelease(GOOD);
    refused = new Set(['PutLifecycleEventHookExecutionStatus']);
    await expect(handler(HOOK, { getRemainingTimeInMillis: () => ALL_THE_TIME })).rejects.toThrow('no');
  });
});

describe('the end of a deployment', () => {
  const ended = { 'detail-type': 'CodeDeploy Deployment State-change Notification', detail: { deploymentId: 'd-1', state: 'FAILURE' } };

  it('makes the release that serves the one whose consumers may take messages', async () => {
    await handler(ended, { getRemainingTimeInMillis: () => ALL_THE_TIME });
    expect(letIn()).toEqual([{ Name: '/torii/dev/catalog/released', Value: OLD, Overwrite: true }]);
    expect(calls.some(({ operation }) => operation.startsWith('PutLifecycle'))).toBe(false);
  });

  it('changes nothing when the bootstrap server serves', async () => {
    releases = { PRIMARY: undefined };
    await handler(ended, { getRemainingTimeInMillis: () => ALL_THE_TIME });
    expect(letIn()).toEqual([]);
  });
});
