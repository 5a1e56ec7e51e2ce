import { insertItems } from '@torii/catalog/src/store/write-items.ts';
import type { Backends, Server } from '../backends.ts';
import type { Benchmark } from '../benchmark.ts';
import type { Finding } from '../finding.ts';
import type { BenchProcess } from '../processes/bench-process.ts';
import { measureRounds } from '../rounds.ts';
import { createItems, createUserId } from '../sample-items.ts';
import { ratiosOf } from '../statistics.ts';
import { describeHttp, type HttpMeasure, type HttpStacks, measureHttp, startHttpStacks } from './http-stacks.ts';

const ITEMS = 1000;
const ROUNDS = 9;
const ROUND_MS = 600;
const BUDGET_MS = 22_000;

interface ReadRound {
  readonly torii: HttpMeasure;
  readonly naive: HttpMeasure;
  readonly bare: HttpMeasure;
}

/** One item by its id, listed, so that everybody may see it. */
export const readBenchmark: Benchmark = {
  name: 'read',
  title: 'GET /catalog/items/:id, full stack',
  run: async (backends, say) => {
    const stacks = await startHttpStacks(backends);
    const ids = await seed(stacks);
    const bare = await startBare(backends, stacks, ids);
    const measure = (server: BenchProcess<Server>) => () =>
      measureHttp(server, {
        durationMs: ROUND_MS,
        expectedStatus: 200,
        createRequest: (index) => ({
          method: 'GET',
          path: `/catalog/items/${pick(ids, index)}`,
          headers: { authorization: pick(stacks.authorizations, index) },
        }),
      });
    const variants = { naive: measure(stacks.naive.server), torii: measure(stacks.torii.server), bare: measure(bare) };
    const rounds = await measureRounds<ReadRound>(variants, {
      rounds: ROUNDS,
      budgetMs: BUDGET_MS,
      onRound: (n) => say(`round ${n} of ${ROUNDS}`),
    });
    return toFindings(rounds);
  },
};

/** The same items in both schemas. */
async function seed({ torii, naive }: HttpStacks): Promise<readonly string[]> {
  const { database, databaseConfig } = torii.schema;
  const items = createItems(ITEMS, createUserId());
  await database.transaction((tx) => insertItems(database, tx, items));
  await naive.schema.query(`INSERT INTO items SELECT * FROM ${databaseConfig.databaseName}.items`);
  return items.map(({ id }) => id);
}

async function startBare(backends: Backends, { torii, authorizations }: HttpStacks, ids: readonly string[]): Promise<BenchProcess<Server>> {
  const answer = await fetch(`${torii.server.ready.origin}/catalog/items/${pick(ids, 0)}`, {
    headers: { authorization: pick(authorizations, 0) },
  });
  const program = new URL('../servers/bare.ts', import.meta.url);
  return backends.startServer({ title: 'bare server', program, env: { BENCH_BODY: await answer.text() } });
}

function toFindings(rounds: readonly ReadRound[]): readonly Finding[] {
  const describe = (name: keyof ReadRound): string => describeHttp(name, rounds);
  return [
    {
      path: 'read by id, requests/s',
      reference: 'naive stack',
      ratios: ratiosOf(
        rounds,
        ({ torii }) => torii.perSecond,
        ({ naive }) => naive.perSecond,
      ),
      target: { atLeast: 12 },
      note: `${describe('torii')}, ${describe('naive')}`,
    },
    {
      path: 'read by id, server CPU per request',
      reference: 'bare node:http',
      ratios: ratiosOf(
        rounds,
        ({ torii }) => torii.cpuUsPerRequest,
        ({ bare }) => bare.cpuUsPerRequest,
      ),
      target: { atMost: 2.8 },
      note: describe('bare'),
    },
  ];
}

function pick(values: readonly string[], index: number): string {
  return values[index % values.length] ?? '';
}
