import type { Benchmark } from './benchmark.ts';
import { consumerBenchmark } from './paths/consumer.ts';
import { importBenchmark } from './paths/import.ts';
import { latencyBenchmark } from './paths/latency.ts';
import { listBenchmark } from './paths/list.ts';
import { readBenchmark } from './paths/read.ts';
import { relayBenchmark } from './paths/relay.ts';
import { upsertBenchmark } from './paths/upsert.ts';
import { writeBenchmark } from './paths/write.ts';

/** In the order they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  readBenchmark,
  writeBenchmark,
  listBenchmark,
  upsertBenchmark,
  importBenchmark,
  relayBenchmark,
  consumerBenchmark,
  latencyBenchmark,
];

/** Names that stand for several. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = { events: ['relay', 'consumer', 'latency'] };
