import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  createHttpServer,
  createLogger,
  defineRoute,
  ServiceError,
  startTelemetry,
  type Telemetry,
  type TokenVerifier,
} from '@torii/chassis';
import { userId } from '@torii/contracts';
import { completeImport, describeCompletion, describeFailure, newImport } from '../../services/jobs/src/domain/job.ts';
import { LOG_COLUMNS } from '../../infra/src/log-lake/columns.ts';
import { readLogQueries } from '../../infra/src/log-lake/read-queries.ts';
import { startLake, type Lake } from './lake.ts';

const USER = userId.parse(randomUUID());
const TRACE = '6561f2a80a1b2c3d4e5f60718293a4b5';
const RELEASE = '2e5a954';
const verifier: TokenVerifier = {
  verify: async () => ({ sub: USER, exp: 0, token_use: 'access', client_id: 'web' }),
};

interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** What the chassis really writes of real requests: 12 that are answered, 4 that find nothing, 5 that fail. */
async function writeRequestLines(): Promise<readonly string[]> {
  const lines: string[] = [];
  const logger = createLogger({ serviceName: 'catalog', release: RELEASE, destination: { write: (line) => lines.push(line) } });
  const server = createHttpServer({
    logger,
    port: 0,
    host: '127.0.0.1',
    verifier,
    routes: [
      defineRoute({ method: 'GET', path: '/catalog/items', auth: 'none', handle: async () => ({ status: 200, body: [] }) }),
      defineRoute({ method: 'GET', path: '/catalog/mine', handle: async () => ({ status: 200, body: [] }) }),
      defineRoute({
        method: 'GET',
        path: '/catalog/mine/:id',
        handle: async () => {
          throw new ServiceError({ code: 'ITEM_NOT_FOUND', kind: 'not-found', message: 'There is none.' });
        },
      }),
      defineRoute({
        method: 'GET',
        path: '/catalog/broken/:id',
        auth: 'none',
        handle: async () => {
          throw Object.assign(new Error('no answer for ada.lovelace@example.com, +819012345678'), { code: 'ECONNRESET' });
        },
      }),
      defineRoute({
        method: 'GET',
        path: '/catalog/items/:id',
        auth: 'none',
        handle: async () => {
          throw new ServiceError({ code: 'ITEM_NOT_FOUND', kind: 'not-found', message: 'There is none.' });
        },
      }),
    ],
  });
  const { port } = await server.start();
  const call = async (path: string, count: number, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    for (let done = 0; done < count; done += 1) await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
  };
  await call('/catalog/items', 11);
  await call('/catalog/items/1', 3);
  await call('/catalog/broken/ada.lovelace@example.com', 5);
  await call('/catalog/mine', 1, { authorization: 'Bearer abc.def.ghi', traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  await call('/catalog/mine/1', 1, { authorization: 'Bearer abc.def.ghi' });
  await server.stop();
  return lines;
}

/** What the worker writes when an import is done. */
function writeImportLine(rows: number, seconds: number): string {
  let line = '';
  const logger = createLogger({ serviceName: 'jobs-worker', destination: { write: (text) => (line = text) } });
  const now = new Date(Date.now() - 1000 * seconds);
  const job = newImport({ id: randomUUID() as never, ownerId: USER, now }, { uploadKey: 'uploads/x', mapping: {} } as never);
  const totals = { created: rows - 3, updated: 0, unchanged: 0, rejected: 3 };
  logger.info(describeCompletion(completeImport(job, { totals, rejectsKey: null }, new Date())), 'job completed');
  return line;
}

/** What the worker writes when a file cannot be imported. */
function writeFailureLine(): string {
  let line = '';
  const logger = createLogger({ serviceName: 'jobs-worker', destination: { write: (text) => (line = text) } });
  const job = newImport({ id: randomUUID() as never, ownerId: USER, now: new Date() }, { uploadKey: 'uploads/x', mapping: {} } as never);
  logger.info(describeFailure(job, { code: 'COLUMN_REPEATED', message: 'The file names "ada" twice.' }), 'job failed');
  return line;
}

/** Fields of lines that no column of the lake has. */
function listStrange(lines: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const written = new Set(lines.flatMap((line) => Object.keys(line)));
  return [...written].filter((field) => !LOG_COLUMNS.some((column) => column.field === field));
}

describe('npm run logs', () => {
  let telemetry: Telemetry;
  let lake: Lake;
  let lines: readonly string[] = [];

  beforeAll(async () => {
    // Nothing is kept, so nothing is sent: it is the ids that matter.
    telemetry = startTelemetry({ serviceName: 'catalog', environment: 'test', otlpEndpoint: 'http://127.0.0.1:9', samplingRatio: 0 });
    lake = await startLake();
    lines = [...(await writeRequestLines()), writeImportLine(1003, 10), writeImportLine(203, 4), writeFailureLine()];
    await lake.put(lines.slice(0, 10));
    await lake.put(lines.slice(10));
    // Of last week, and torn: neither is part of any answer below.
    await lake.put(lines, new Date(Date.now() - 7 * 86_400_000));
    await lake.put(['{"service":"catalog","status":5']);
  });
  afterAll(async () => {
    await lake.stop();
    await telemetry.shutdown();
  });

  const ask = async (...words: readonly string[]): Promise<Rows['rows']> => {
    const { code, stdout, stderr } = await lake.run('query', ...words, '--json');
    if (code !== 0) throw new Error(stderr);
    return (JSON.parse(stdout) as Rows).rows;
  };

  it('writes every field that is a column of the lake, and nothing else into the lines of requests', () => {
    const fields = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const written = new Set(fields.flatMap((line) => Object.keys(line)));
    expect(LOG_COLUMNS.map(({ field }) => field).filter((field) => !written.has(field))).toEqual([]);
    expect(listStrange(fields)).toEqual([]);
    // Also of requests whose trace is not kept.
    expect(fields.filter(({ status, traceId }) => status !== undefined && traceId === undefined)).toEqual([]);
  });

  it('would notice a field that is no column', () => {
    expect(listStrange([{ service: 'catalog', colour: 'red' }])).toEqual(['colour']);
  });

  it('tells the error rate by service and release', async () => {
    expect(await ask('error-rate', '--from', '1h')).toEqual([
      { service: 'catalog', release: RELEASE, requests: 21, errors: 5, refusals: 4, error_percent: 23.81 },
    ]);
  });

  it('tells which routes are slow', async () => {
    const routes = await ask('slowest-routes');
    expect(Object.fromEntries(routes.map(({ route, requests }) => [route, requests]))).toEqual({
      '/catalog/broken/:id': 5,
      '/catalog/items': 11,
      '/catalog/items/:id': 3,
      '/catalog/mine': 1,
      '/catalog/mine/:id': 1,
    });
    expect(
      routes.every(
        ({ p50_ms: half, p99_ms: most, slowest_ms: slowest }) => Number(half) <= Number(most) && Number(most) <= Number(slowest) + 0.1,
      ),
    ).toBe(true);
  });

  it.each([TRACE, `1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`.toUpperCase()])(
    'finds one request by its trace id, written as %s',
    async (trace) => {
      expect(await ask('trace', '--trace', trace)).toEqual([
        expect.objectContaining({ service: 'catalog', path: '/catalog/mine', status: 200 }),
      ]);
    },
  );

  it('shows what one user has done, and nobody else', async () => {
    const journey = await ask('user-journey', '--user', USER);
    expect(journey.map(({ message, path }) => [message, path])).toEqual([
      ['request', '/catalog/mine'],
      ['request', '/catalog/mine/1'],
      ['job completed', null],
      ['job completed', null],
      ['job failed', null],
    ]);
    expect(journey.at(-1)).toMatchObject({ code: 'COLUMN_REPEATED' });
    expect(await ask('user-journey', '--user', randomUUID())).toEqual([]);
  });

  it('adds up imports', async () => {
    const [day, ...others] = await ask('import-throughput');
    expect(others).toEqual([]);
    expect(day).toMatchObject({ imports: 2, row_count: 1206, rejected_rows: 6 });
    expect(Number(day?.['rows_per_second'])).toBeCloseTo(1206 / 14, 0);
    expect(Number(day?.['longest_seconds'])).toBeCloseTo(10, 0);
  });

  it('knows no address, number or token of anybody', async () => {
    const { stdout } = await lake.run('query', 'slowest-routes');
    expect(stdout).toContain('/catalog/broken/:id');
    expect(lines.filter((line) => /ada\.lovelace|8190|abc\.def/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('[masked e-mail]'))).toHaveLength(5);
  });

  it('answers nothing about a time when nothing was written', async () => {
    const { code, stdout } = await lake.run('query', 'error-rate', '--from', '2020-01-01', '--to', '2020-01-02');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Nothing was found, 0 files read.') });
  });

  it('lists the questions and what they take', async () => {
    const { stdout } = await lake.run('list');
    expect(stdout).toMatch(/^trace +\[--from\] \[--to\] --trace +Everything/m);
    expect(stdout.match(/\[--from\]/g)).toHaveLength(readLogQueries().length);
  });

  it.each([
    [['query', 'errors'], 'There is no query "errors". It is one of error-rate, '],
    [['query'], 'no query is named'],
    [['ask'], 'logs has no command "ask"'],
    [['query', 'trace'], 'needs --trace, 32 hexadecimal digits'],
    [['query', 'trace', '--trace', "x' OR '1'='1"], "--trace cannot be \"x' OR '1'='1\""],
    [['query', 'user-journey', '--user', 'ada@example.com'], '--user cannot be'],
    [['query', 'error-rate', '--trace', TRACE], 'does not take --trace'],
    [['query', 'error-rate', '--from', '1h', '--to', '2h'], 'it is later'],
    [['query', 'error-rate', '--from', 'yesterday'], '--from cannot be'],
    [['query', 'error-rate', '--where', '1=1'], "Unknown option '--where'"],
  ])('refuses %j', async (words, why) => {
    const { code, stderr } = await lake.run(...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
  });

  it('passes on why Athena did not answer', async () => {
    lake.failWith('Query exhausted resources: bytes scanned limit was exceeded');
    const { code, stderr } = await lake.runInAws('query', 'error-rate');
    lake.failWith(undefined);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('error-rate cannot be answered: Query exhausted resources'),
    });
    lake.started.length = 0;
  });

  it('asks Athena the same in AWS, with values beside the SQL', async () => {
    const { code, stdout } = await lake.runInAws(
      'query',
      'trace',
      '--trace',
      TRACE,
      '--from',
      '2026-11-22T14:05Z',
      '--to',
      '2026-11-22T14:50Z',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^catalog +42$[\s\S]*1 row, 2\.5 MB read\./m) });
    const period = ["'2026/11/22/13'", "'2026/11/22/15'", "'2026-11-22T14:05:00.000Z'", "'2026-11-22T14:50:00.000Z'"];
    expect(lake.started).toEqual([
      expect.objectContaining({
        QueryString: readLogQueries().find(({ name }) => name === 'trace')?.sql,
        WorkGroup: 'torii-dev',
        ExecutionParameters: [...period, `'${TRACE}'`],
      }),
    ]);
  });
});
