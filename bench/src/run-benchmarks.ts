import { cpus, loadavg } from 'node:os';
import { startBackends } from './backends.ts';
import type { Benchmark } from './benchmark.ts';
import { BENCHMARKS, GROUPS } from './benchmarks.ts';
import { type Finding, judge } from './finding.ts';
import { parseNames } from './parse-names.ts';
import { formatTable } from './table.ts';

/** A benchmark bounds itself; this is for one that hangs. */
const LIMIT_MS = 120_000;
const startedAtMs = performance.now();

/** Runs them one after the other and shows what was found; sets the exit code. @param words names; none: all */
export async function runBenchmarks(words: readonly string[]): Promise<void> {
  const names = parseNames(words, { names: BENCHMARKS.map(({ name }) => name), groups: GROUPS });
  const findings: Finding[] = [];
  for (const benchmark of BENCHMARKS.filter(({ name }) => names.includes(name))) findings.push(...(await tryRun(benchmark)));
  console.log(`\n${formatTable(findings).join('\n')}\n`);
  const missed = findings.filter((finding) => judge(finding) === 'missed').length;
  console.log(`${missed === 0 ? 'No target was missed' : `${missed} missed`} · ${describeMachine()} · ${seconds(startedAtMs)}`);
}

/** One that fails is said to have failed, and keeps no other from its turn. */
async function tryRun(benchmark: Benchmark): Promise<readonly Finding[]> {
  try {
    return await run(benchmark);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    return [];
  }
}

/** Servers of its own for each: what one leaves behind slows down no other. */
async function run(benchmark: Benchmark): Promise<readonly Finding[]> {
  const beganAtMs = performance.now();
  const say = (message: string): void => console.error(`  ${benchmark.name}: ${message} (${seconds(beganAtMs)})`);
  console.error(`\n${benchmark.name}: ${benchmark.title} · load ${describeLoad()}`);
  const starting = startBackends();
  const stopBySignal = (): void => {
    say('stopping');
    void starting.then((backends) => backends.stop()).finally(() => process.exit(130));
  };
  process.once('SIGINT', stopBySignal).once('SIGTERM', stopBySignal);
  const backends = await starting;
  try {
    return await withinLimit(benchmark.name, benchmark.run(backends, say));
  } finally {
    process.off('SIGINT', stopBySignal).off('SIGTERM', stopBySignal);
    await backends.stop();
    say('done');
  }
}

async function withinLimit<T>(name: string, running: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Benchmark ${name} cannot be finished: it took more than ${LIMIT_MS / 1000} s.`)), LIMIT_MS);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
}

function describeMachine(): string {
  return `${cpus().length} cores · Node ${process.version} · load ${describeLoad()}`;
}

function describeLoad(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
