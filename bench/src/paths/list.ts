import { decideScopes } from '@torii/catalog/src/domain/listing.ts';
import { findPage, type PageRequest } from '@torii/catalog/src/store/page-items.ts';
import type { Database } from '@torii/chassis';
import type { ServiceSchema } from '../backends.ts';
import type { Benchmark, Say } from '../benchmark.ts';
import { measureRounds } from '../rounds.ts';
import { createUserId } from '../sample-items.ts';
import { median, ratiosOf } from '../statistics.ts';

const WANTED_ROWS = 1_000_000;
const CHUNK_ROWS = 50_000;
/** A slow machine measures with what is there by then, and the table says so. */
const FILL_BUDGET_MS = 25_000;
/** How far down the deep pages are, of all rows. */
const DEPTH = 0.9;
const LIMIT = 20;
const PAGES = 25;
const ROUNDS = 15;
const BUDGET_MS = 8_000;

interface ListRound {
  readonly deep: number;
  readonly first: number;
}

/** The catalog's own query, without HTTP: what a request adds is the same at every depth and would hide the difference. */
export const listBenchmark: Benchmark = {
  name: 'list',
  title: 'a page of items, deep down and first',
  run: async (backends, say) => {
    const schema = await backends.createServiceSchema('catalog');
    const rows = await fill(schema, say);
    const scopes = decideScopes({}, createUserId());
    const request = (depth: number | undefined): PageRequest => ({
      scopes,
      limit: LIMIT,
      after: depth === undefined ? undefined : position(depth),
    });
    const depth = Math.floor(rows * DEPTH);
    let page = 0;
    const rounds = await measureRounds<ListRound>(
      {
        first: () => measurePages(schema.database, () => request(undefined)),
        // Further down each time, as somebody does who reads on.
        deep: () => measurePages(schema.database, () => request(depth + LIMIT * ((page += 1) % (PAGES * ROUNDS)))),
      },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    const [deepMs, firstMs] = [median(rounds.map(({ deep }) => deep)), median(rounds.map(({ first }) => first))];
    return [
      {
        path: `list page at depth ${thousands(depth)} of ${thousands(rows)} rows`,
        reference: 'first page',
        ratios: ratiosOf(
          rounds,
          ({ deep }) => deep,
          ({ first }) => first,
        ),
        target: { atMost: 1.3 },
        note: `${deepMs.toFixed(2)} ms against ${firstMs.toFixed(2)} ms`,
      },
    ];
  },
};

/** Row n is a second older than row n - 1, so a depth is an instant. */
const NEWEST = Date.parse('2026-01-01T00:00:00.000Z');

/** The place right behind row `depth`. */
function position(depth: number): PageRequest['after'] {
  return { createdAt: new Date(NEWEST - depth * 1000).toISOString(), id: idOf(depth) };
}

function idOf(row: number): string {
  return `00000000-0000-4000-8000-${String(row).padStart(12, '0')}`;
}

/** By the server itself, from its sequence engine: rows in the order of every index, so that none is built at random. */
async function fill(schema: ServiceSchema, say: Say): Promise<number> {
  const startedAtMs = performance.now();
  let rows = 0;
  while (rows < WANTED_ROWS && performance.now() - startedAtMs < FILL_BUDGET_MS) {
    await schema.query(
      `INSERT INTO items SELECT CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0')), '00000000-0000-4000-8000-000000000000',
         CONCAT('sku-', LPAD(seq, 8, '0')), CONCAT('Item ', seq), 'A thing as good as any other', ELT(1 + seq % 3, 'Books', 'Music', 'Toys'),
         500 + seq % 1000, 'EUR', 'listed', '{}', 1, ? - INTERVAL seq SECOND, ?
       FROM seq_${rows + 1}_to_${rows + CHUNK_ROWS}`,
      ['2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000'],
    );
    rows += CHUNK_ROWS;
    if (rows % (4 * CHUNK_ROWS) === 0) say(`${thousands(rows)} rows`);
  }
  return rows;
}

/** @returns milliseconds of the median page */
async function measurePages(database: Database, createRequest: () => PageRequest): Promise<number> {
  const times: number[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const request = createRequest();
    const startedAtMs = performance.now();
    const items = await findPage(database.read, request);
    times.push(performance.now() - startedAtMs);
    if (items.length !== LIMIT) throw new Error(`The list cannot be measured: a page has ${items.length} items, not ${LIMIT}.`);
  }
  return median(times);
}

function thousands(count: number): string {
  return `${count / 1000}k`;
}
