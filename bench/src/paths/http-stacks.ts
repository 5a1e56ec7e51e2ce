import type { Backends, Server, ServiceSchema } from '../backends.ts';
import { applyLoad, type LoadRequest, type LoadResult } from '../load.ts';
import type { BenchProcess } from '../processes/bench-process.ts';
import { createUserId } from '../sample-items.ts';
import { median } from '../statistics.ts';
import type { TestSchema } from '@torii/testing';

/** The catalog and the naive stack, each with a schema of its own on the same servers. */
export interface HttpStacks {
  readonly torii: Stack & { readonly schema: ServiceSchema };
  readonly naive: Stack;
  /** `Authorization` headers of several people. */
  readonly authorizations: readonly string[];
}

export interface Stack {
  readonly schema: TestSchema;
  readonly server: BenchProcess<Server>;
}

export interface HttpMeasure extends LoadResult {
  /** Of the server's process. */
  readonly cpuUsPerRequest: number;
}

const PEOPLE = 16;
/** Enough to keep one server process busy, few enough that it does not queue. */
const CONNECTIONS = 32;

export async function startHttpStacks(backends: Backends): Promise<HttpStacks> {
  const schema = await backends.createServiceSchema('catalog');
  const torii = await backends.startServer({
    title: 'catalog',
    program: new URL('../servers/catalog.ts', import.meta.url),
    env: { ...backends.serviceEnv('catalog', schema), ...backends.sharedEnv },
  });
  const naiveSchema = await backends.createSchema('naive');
  const naive = await backends.startServer({
    title: 'naive stack',
    program: new URL('../naive/main.ts', import.meta.url),
    preload: [new URL('../naive/tracing.ts', import.meta.url)],
    env: { ...backends.serviceEnv('catalog', naiveSchema), ...backends.sharedEnv },
  });
  const tokens = await Promise.all(Array.from({ length: PEOPLE }, () => backends.tokens.sign({ userId: createUserId() })));
  return {
    torii: { schema, server: torii },
    naive: { schema: naiveSchema, server: naive },
    authorizations: tokens.map((token) => `Bearer ${token}`),
  };
}

interface MeasureOptions {
  readonly durationMs: number;
  readonly expectedStatus: number;
  createRequest(index: number): LoadRequest;
}

/** A bound on what one round may write or log. */
const MAX_REQUESTS = 60_000;

export async function measureHttp(server: BenchProcess<Server>, options: MeasureOptions): Promise<HttpMeasure> {
  const cpuBeforeMs = await server.cpuMs();
  const result = await applyLoad({ ...options, origin: server.ready.origin, connections: CONNECTIONS, maxRequests: MAX_REQUESTS });
  const cpuMs = (await server.cpuMs()) - cpuBeforeMs;
  return { ...result, cpuUsPerRequest: (cpuMs * 1000) / result.requests };
}

/** `torii 1234/s at 567 µs CPU`: medians of the rounds. */
export function describeHttp<K extends string>(name: K, rounds: readonly Readonly<Record<K, HttpMeasure>>[]): string {
  const perSecond = median(rounds.map((round) => round[name].perSecond));
  const cpuUs = median(rounds.map((round) => round[name].cpuUsPerRequest));
  return `${name} ${Math.round(perSecond)}/s at ${Math.round(cpuUs)} µs CPU`;
}
