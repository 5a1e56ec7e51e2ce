import { type ColumnMapping, type Job, job, upload } from '@torii/contracts';
import { createTestClient, type TestClient, waitFor } from '@torii/testing';
import { randomUUID } from 'node:crypto';
import type { Backends, ServiceSchema } from '../backends.ts';
import type { Benchmark } from '../benchmark.ts';
import type { Finding } from '../finding.ts';
import { measureRounds } from '../rounds.ts';
import { createDraft, createItems, createUserId } from '../sample-items.ts';
import { median, ratiosOf } from '../statistics.ts';
import { cutIntoBatches, upsertItems } from './upsert-items.ts';

const ROWS = 6000;
const ROUNDS = 4;
const BUDGET_MS = 24_000;
const IMPORT_TIMEOUT_MS = 40_000;

/** Rows per second. */
interface ImportRates {
  readonly lastRow: number;
  readonly completed: number;
}

interface ImportRound {
  readonly whole: ImportRates;
  /** Rows per second. */
  readonly upsert: number;
}

/** Jobs and its worker, SQS, S3, the catalog, its relay, and back. Every row is new; an event is published for each. */
export const importBenchmark: Benchmark = {
  name: 'import',
  title: `an import of ${ROWS} rows, from the request to the last row`,
  run: async (backends, say) => {
    const catalog = await backends.createServiceSchema('catalog');
    const origin = await startServices(backends, catalog);
    const csv = createCsv();
    const importAnew = async (): Promise<ImportRates> => {
      // Somebody new each time: their rows are all new.
      const userId = createUserId();
      const client = createTestClient(origin, await backends.tokens.sign({ userId }));
      return measureImport(client, csv, () => countItems(catalog, userId));
    };
    const rounds = await measureRounds<ImportRound>(
      { whole: importAnew, upsert: () => measureUpsert(catalog) },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    return toFindings(rounds);
  },
};

function toFindings(rounds: readonly ImportRound[]): readonly Finding[] {
  const rate = (value: (round: ImportRound) => number): string => `${Math.round(median(rounds.map(value)))} rows/s`;
  const reference = 'the bulk upsert alone';
  const upsert = ({ upsert: rows }: ImportRound): number => rows;
  const lastRow = ({ whole }: ImportRound): number => whole.lastRow;
  const completed = ({ whole }: ImportRound): number => whole.completed;
  return [
    {
      path: 'import, request to last row, rows/s',
      reference,
      ratios: ratiosOf(rounds, lastRow, upsert),
      target: { atLeast: 0.35 },
      note: `${rate(lastRow)} against ${rate(upsert)}`,
    },
    { path: 'import, request to completed job, rows/s', reference, ratios: ratiosOf(rounds, completed, upsert), note: rate(completed) },
  ];
}

/** @returns origin of the jobs service */
async function startServices(backends: Backends, catalog: ServiceSchema): Promise<string> {
  const jobs = await backends.createServiceSchema('jobs');
  const program = (name: string): URL => new URL(`../servers/${name}.ts`, import.meta.url);
  const env = (service: 'catalog' | 'jobs', schema: ServiceSchema): Readonly<Record<string, string>> => ({
    ...backends.serviceEnv(service, schema),
    ...backends.sharedEnv,
  });
  await backends.startServer({ title: 'catalog', program: program('catalog'), env: env('catalog', catalog) });
  const server = await backends.startServer({ title: 'jobs', program: program('jobs'), env: env('jobs', jobs) });
  return server.ready.origin;
}

const MAPPING: ColumnMapping = {
  sku: 'sku',
  name: 'name',
  description: 'description',
  category: 'category',
  'price.amountMinor': 'price',
  'price.currency': 'currency',
  'attributes.brand': 'brand',
};

function createCsv(): string {
  const lines = Array.from({ length: ROWS }, (_row, index) => {
    const { sku, name, description, category, price } = createDraft(index);
    return [sku, name, `"${description}"`, category, price?.amountMinor, price?.currency, `works ${index % 10}`].join(',');
  });
  return `sku,name,description,category,price,currency,brand\n${lines.join('\n')}\n`;
}

/** The upload comes before the time is taken. */
async function measureImport(client: TestClient, csv: string, countRows: () => Promise<number>): Promise<ImportRates> {
  const uploadKey = await uploadFile(client, csv);
  const startedAtMs = performance.now();
  const rate = (): number => ROWS / ((performance.now() - startedAtMs) / 1000);
  const request = { type: 'catalog-import', input: { uploadKey, mapping: MAPPING } };
  const { id } = job.parse((await client.post('/jobs', request, { headers: { 'idempotency-key': randomUUID() } })).body);
  await waitFor(async () => (await countRows()) === ROWS, { timeoutMs: IMPORT_TIMEOUT_MS, what: 'The last row of the import' });
  const lastRow = rate();
  const done = await waitFor(async () => findEnded(job.parse((await client.get(`/jobs/${id}`)).body)), {
    timeoutMs: IMPORT_TIMEOUT_MS,
    what: 'The end of the import',
  });
  if (done.result === null || !('created' in done.result) || done.result.created !== ROWS)
    throw new Error(`The import cannot be measured: it ended as ${JSON.stringify(done)}.`);
  return { lastRow, completed: rate() };
}

async function uploadFile(client: TestClient, csv: string): Promise<string> {
  const file = { fileName: 'items.csv', contentType: 'text/csv', sizeBytes: Buffer.byteLength(csv) };
  const { url, method, headers, uploadKey } = upload.parse((await client.post('/jobs/uploads', file)).body);
  const answer = await fetch(url, { method, headers, body: csv });
  if (!answer.ok) throw new Error(`The import cannot be measured: its upload is answered with ${answer.status}.`);
  return uploadKey;
}

function findEnded(found: Job): Job | undefined {
  return found.status === 'queued' || found.status === 'running' ? undefined : found;
}

async function countItems(catalog: ServiceSchema, ownerId: string): Promise<number> {
  const [row] = await catalog.query<{ count: number }>('SELECT COUNT(*) AS count FROM items WHERE owner_id = ?', [ownerId]);
  return row?.count ?? 0;
}

async function measureUpsert({ database }: ServiceSchema): Promise<number> {
  const batches = cutIntoBatches(createItems(ROWS, createUserId())).map((created) => ({ created, changed: [] }));
  const startedAtMs = performance.now();
  await upsertItems(database, batches);
  return ROWS / ((performance.now() - startedAtMs) / 1000);
}
