import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Console, createConsole } from '../src/console/console.ts';
import { logsRoute } from '../src/console/logs-page.ts';
import { overviewRoute } from '../src/console/overview-page.ts';
import { processesRoute } from '../src/console/processes-page.ts';
import { queueRoutes } from '../src/console/queues-page.ts';
import { traceRoutes } from '../src/console/traces-page.ts';
import type { LocalProcess } from '../src/processes/local-process.ts';
import { type Broker, startBroker } from '../src/fauxqs/broker.ts';
import { createXrayProvider, type XrayProvider } from '../src/providers/xray/xray.ts';

const TRACE_ID = '67890abc0123456789abcdef01234567';
const PROCESS: LocalProcess = {
  name: 'catalog',
  kind: 'service',
  environment: { PORT: '8020', DATABASE_NAME: 'catalog', FLAG: 's3cret', SESSION_SECRET: 's3cret', AWS_REGION: 'eu-west-1' },
  secretNames: new Set(['FLAG']),
  substitutions: [
    { variable: 'PORT', from: '80', to: '8020' },
    { variable: 'AWS_REGION', to: 'eu-west-1' },
    { variable: 'FLAG', from: 's3cret', to: 's3cret' },
  ],
  droppedContainers: ['otel-collector'],
};
const HTML = { accept: 'text/html' };

let folder: string;
let broker: Broker;
let xray: XrayProvider;
let consoleServer: Console;
let address: string;
let otlp: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torii-console-'));
  broker = await startBroker({ port: 0, region: 'eu-west-1', accountId: '222222222222' });
  otlp = await freePort();
  xray = createXrayProvider({ ports: { otlp }, log: () => undefined });
  await xray.start?.();
  const overview = overviewRoute({
    listAddresses: () => [{ label: 'Web', url: 'http://localhost:8000' }],
    listServices: () => [{ name: 'catalog', state: 'healthy', detail: 'restarted once' }],
    listAlarms: () => [],
    listFigures: () => [{ label: 'Sign-ups', value: 7 }],
    listQueues: () => broker.listQueues(),
    listTraces: () => xray.traces.search('', 5),
  });
  const routes = [overview, processesRoute(() => [PROCESS]), ...queueRoutes(broker), logsRoute(folder), ...traceRoutes(xray.traces)];
  consoleServer = createConsole({ port: 0, routes, log: () => undefined });
  address = `http://127.0.0.1:${await consoleServer.start()}`;
});
afterAll(async () => {
  await consoleServer.stop();
  await xray.stop?.();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createConsole({ port: 0, routes: [], log: () => undefined });
  const port = await probe.start();
  await probe.stop();
  return port;
}

function span(spanId: string, parentSpanId: string | undefined, more: Readonly<Record<string, unknown>> = {}) {
  return {
    traceId: TRACE_ID,
    spanId,
    parentSpanId,
    name: 'POST /jobs',
    startTimeUnixNano: '1767225600000000000',
    endTimeUnixNano: '1767225600250500000',
    ...more,
  };
}

async function sendSpans(): Promise<number> {
  const attributes = [
    { key: 'enduser.email', value: { stringValue: 'ada@example.com' } },
    { key: 'http.response.status_code', value: { intValue: '500' } },
  ];
  const resource = (name: string, spans: readonly unknown[]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
    scopeSpans: [{ spans }],
  });
  const body = {
    resourceSpans: [
      resource('jobs', [span('bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa', { name: 'INSERT jobs', attributes, status: { code: 2 } })]),
      resource('frontend', [span('aaaaaaaaaaaaaaaa', undefined)]),
    ],
  };
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return (await fetch(`http://127.0.0.1:${otlp}/v1/traces`, { method: 'POST', headers, body: gzipSync(JSON.stringify(body)) })).status;
}

describe('traces', () => {
  it('are received by OTLP and found by either form of their id', async () => {
    expect(await sendSpans()).toBe(200);
    for (const id of [TRACE_ID, `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`]) {
      expect(await (await fetch(`${address}/traces/${id}`)).json()).toEqual({
        traceId: TRACE_ID,
        spans: [
          {
            spanId: 'bbbbbbbbbbbbbbbb',
            parentSpanId: 'aaaaaaaaaaaaaaaa',
            name: 'INSERT jobs',
            service: 'jobs',
            startMs: 1767225600000,
            durationMs: 250.5,
            error: true,
            attributes: { 'enduser.email': '[masked e-mail]', 'http.response.status_code': 500 },
          },
          {
            spanId: 'aaaaaaaaaaaaaaaa',
            name: 'POST /jobs',
            service: 'frontend',
            startMs: 1767225600000,
            durationMs: 250.5,
            error: false,
            attributes: {},
          },
        ],
      });
    }
    expect((await fetch(`${address}/traces/${'0'.repeat(32)}`)).status).toBe(404);
  });

  it('take spans that the platform itself records', async () => {
    xray.record({
      traceId: TRACE_ID,
      spanId: 'cccccccccccccccc',
      parentSpanId: 'aaaaaaaaaaaaaaaa',
      name: 'API Gateway',
      service: 'api',
      startMs: 1767225600000,
      endMs: 1767225600001,
    });
    expect(await (await fetch(`${address}/traces?q=api gateway`)).json()).toMatchObject({
      traces: [{ traceId: TRACE_ID, services: ['jobs', 'frontend', 'api'], spanCount: 3, error: true }],
    });
    expect(await (await fetch(`${address}/traces?q=nothing-of-it`)).json()).toEqual({ traces: [] });
  });

  it('are drawn as a waterfall for a browser', async () => {
    const page = await (await fetch(`${address}/traces/${TRACE_ID}`, { headers: HTML })).text();
    expect(page).toMatch(/<h1>POST \/jobs<\/h1>[\s\S]*INSERT jobs[\s\S]*bar failed/);
  });

  it('refuse protobuf with the way out', async () => {
    const response = await fetch(`http://127.0.0.1:${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: 'x',
    });
    expect([response.status, await response.json()]).toEqual([415, { message: expect.stringMatching(/http\/json/) }]);
  });
});

describe('pages', () => {
  it('show queues and what waits in them, masked and untouched', async () => {
    const { arn } = broker.ensureQueue('orders', {});
    await broker.send(arn, JSON.stringify({ type: 'identity.user.registered.v1', data: { email: 'ada@example.com', note: '<script>' } }));
    expect(await (await fetch(`${address}/queues`)).json()).toMatchObject({ queues: [{ name: 'orders', visible: 1 }] });
    const page = await (await fetch(`${address}/queues/orders`, { headers: HTML })).text();
    expect(page).toContain('identity.user.registered.v1');
    expect(page).toContain('[masked e-mail]');
    expect(page).toContain('&lt;script&gt;');
    expect(broker.listQueues()).toMatchObject([{ visible: 1, oldestSentAt: expect.any(Number) }]);
  });

  it('show why a dead letter is one, masked', async () => {
    const { arn: deadLetterArn } = broker.ensureQueue('payments-dlq', {});
    broker.ensureQueue('payments', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount: 20 }) });
    const failure = {
      reason: 'attempts-exhausted',
      attempts: 5,
      firstError: 'TypeError: no price',
      lastError: 'Error: ada@example.com is unknown',
      traceId: TRACE_ID,
      consumer: 'catalog',
      failedAt: '2026-01-01T00:00:00.000Z',
    };
    const body = JSON.stringify({ id: 'm-1', type: 'catalog.item.changed.v2', data: {} });
    await broker.send(deadLetterArn, body, { failure: JSON.stringify(failure) });
    await broker.send(deadLetterArn, JSON.stringify({ id: 'm-2', type: 'catalog.item.deleted.v1', data: {} }));
    const page = await (await fetch(`${address}/queues/payments-dlq`, { headers: HTML })).text();
    expect(page).toMatch(/attempts-exhausted<\/span> · catalog\.item\.changed\.v2[\s\S]*first error[\s\S]*TypeError: no price/);
    expect(page).toMatch(/last error[\s\S]*\[masked e-mail\] is unknown/);
    expect(page).toContain(`href="/traces/${TRACE_ID}"`);
    expect(page).toMatch(/receive-count-exceeded<\/span> · catalog\.item\.deleted\.v1/);
    expect(page).toContain('npm run dlq -- redrive --queue payments --dry-run');
    expect(page).not.toContain('ada@example.com');
  });

  it('show the environment of every process beside its template, without secrets', async () => {
    const answer = await (await fetch(`${address}/processes`)).text();
    expect(JSON.parse(answer)).toMatchObject({
      processes: [
        {
          environment: { PORT: '8020', DATABASE_NAME: 'catalog', FLAG: '••••••', SESSION_SECRET: '••••••' },
          template: { PORT: '80', AWS_REGION: null, FLAG: '••••••' },
          droppedContainers: ['otel-collector'],
        },
      ],
    });
    const page = await (await fetch(`${address}/processes`, { headers: HTML })).text();
    expect(page).toMatch(/PORT[\s\S]*8020[\s\S]*template: 80/);
    expect(page).toContain('without otel-collector');
    expect(answer + page).not.toContain('s3cret');
  });

  it('show the end of a log, filtered and masked', async () => {
    await mkdir(join(folder, 'logs', 'torii'), { recursive: true });
    const lines = [
      { level: 30, time: 1767225600000, msg: 'item created', itemId: 'i-1' },
      { level: 50, time: 1767225601000, msg: 'mail to ada@example.com failed', traceId: TRACE_ID },
    ];
    await writeFile(join(folder, 'logs', 'torii', 'catalog.log'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\nplain text\n`);
    const page = async (query: string) => (await fetch(`${address}/logs?group=torii/catalog${query}`, { headers: HTML })).text();
    expect(await page('')).toMatch(/plain text[\s\S]*mail to \[masked e-mail\] failed[\s\S]*item created/);
    expect(await page('&level=error')).not.toContain('item created');
    expect(await page('&q=i-1')).not.toContain('plain text');
    expect(await page('')).toContain(`href="/traces/${TRACE_ID}"`);
    expect(await (await fetch(`${address}/logs?group=../../etc/passwd`, { headers: HTML })).text()).toContain('torii/catalog');
  });

  it('show of an access log when it was, and what', async () => {
    await mkdir(join(folder, 'logs'), { recursive: true });
    const line = { requestId: 'r-1', time: '1767225600000', method: 'GET', resource: '/catalog/{proxy+}', status: '200' };
    await writeFile(join(folder, 'logs', 'access.log'), `${JSON.stringify(line)}\n`);
    const page = await (await fetch(`${address}/logs?group=access`, { headers: HTML })).text();
    expect(page).toContain('00:00:00');
    expect(page).toContain('<summary class="soft">r-1 · GET · /catalog/{proxy+} · 200</summary>');
  });

  it('show the overview', async () => {
    const page = await (await fetch(address, { headers: HTML })).text();
    expect(page).toMatch(/catalog[\s\S]*healthy[\s\S]*restarted once[\s\S]*http:\/\/localhost:8000/);
  });

  it('answer to localhost only, and name what is missing', async () => {
    const { port } = new URL(address);
    const status = await new Promise((resolve) =>
      get({ host: '127.0.0.1', port, path: '/', headers: { host: 'attacker.example' } }, (response) =>
        resolve(response.resume().statusCode),
      ),
    );
    expect(status).toBe(403);
    expect((await fetch(`${address}/nothing`)).status).toBe(404);
  });
});
