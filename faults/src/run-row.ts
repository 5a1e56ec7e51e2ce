import { findViolations, readCounts, type Violation } from './invariants/violations.ts';
import { settle } from './invariants/settle.ts';
import { type Load, startLoad } from './load/load.ts';
import { DEAD_LETTER_QUEUES, WORK_QUEUES } from './platform/names.ts';
import { type Platform, SERVICES } from './platform/platform.ts';
import type { SeededRandom } from './random.ts';
import type { Row, Stage } from './rows/row.ts';

export interface RowResult {
  readonly row: Row;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Changes that committed, each with one event. */
  readonly commits: number;
  /** Deliveries to the ledger beyond the first of each message. */
  readonly repeated: number;
  readonly effects: number;
  readonly tookMs: number;
  readonly note: string;
  readonly violations: readonly Violation[];
}

/** A backoff may have grown to ten seconds, twice. */
const STANDSTILL_MS = 30_000;

export async function runRow(platform: Platform, row: Row, random: () => SeededRandom): Promise<RowResult> {
  const startedAtMs = performance.now();
  const obstacle = row.findObstacle?.(platform);
  if (obstacle !== undefined) return skip(row, obstacle);
  await begin(platform);
  const load = await startLoad(platform, random, { ...row.load?.(platform) });
  const stage: Stage = { platform, load, random: random() };
  const { failures, note, violations } = await play(row, stage);
  await load.close();
  const isPassed = violations.length === 0 && failures.length === 0;
  const result: RowResult = {
    row,
    verdict: isPassed ? 'passed' : 'failed',
    ...summarize(load),
    ...(await readCounts(platform.observer.query)),
    repeated: platform.traffic.deliveries().repeated,
    tookMs: performance.now() - startedAtMs,
    note: [...failures, note].join(' ').trim(),
    violations,
  };
  if (!isPassed || (row.deadLetters ?? 0) > 0) await reset(platform);
  return result;
}

interface Play {
  readonly failures: readonly string[];
  readonly note: string;
  readonly violations: readonly Violation[];
}

/** The fault under load, then everything repaired, drained and checked. */
async function play(row: Row, stage: Stage): Promise<Play> {
  const { platform, load } = stage;
  const failures: string[] = [];
  const attempt = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const note = await attempt(() => row.run(stage));
  await recover(platform);
  await attempt(() => load.stop());
  const left = await settle(platform, row.standstillMs ?? STANDSTILL_MS);
  if (left !== undefined) failures.push(`Not drained: ${left}.`);
  const violations = await check(stage, row);
  if (failures.length === 0) await attempt(async () => row.verify?.(stage));
  return { failures, note: note ?? '', violations };
}

function skip(row: Row, note: string): RowResult {
  const nothing = { acknowledged: 0, refused: 0, unknown: 0, commits: 0, repeated: 0, effects: 0 };
  return { row, ...nothing, verdict: 'skipped', tookMs: 0, note, violations: [] };
}

function check({ platform, load }: Stage, row: Row): Promise<readonly Violation[]> {
  return findViolations(platform, load.memory, load.imports, {
    deadLetters: row.deadLetters ?? 0,
    poison: row.poison,
    untold: row.untold ?? [],
  });
}

function summarize({ memory }: Load): Pick<RowResult, 'acknowledged' | 'refused' | 'unknown'> {
  return { acknowledged: memory.acknowledged.length, refused: memory.refused.length, unknown: memory.unknown };
}

/** Every process runs, nothing is counted yet. */
async function begin(platform: Platform): Promise<void> {
  await recover(platform);
  await forgetCounts(platform);
}

async function forgetCounts(platform: Platform): Promise<void> {
  for (const table of ['catalog.commits', 'ledger.effects', 'ledger.states']) await platform.observer.query(`TRUNCATE ${table}`);
  for (const counted of [platform.traffic, platform.workerTraffic, platform.publications]) counted.reset();
}

/** Whatever a row left broken is whole again: network, servers, processes. */
export async function recover(platform: Platform): Promise<void> {
  platform.restoreNetwork();
  const { servers, processes } = platform;
  for (const frozen of [servers.mariadb, servers.redis, processes]) frozen.thaw();
  if (!platform.broker().isRunning()) await platform.startBroker();
  await Promise.all(SERVICES.filter((name) => !processes.isRunning(name)).map((name) => processes.start(name)));
}

/** After a row that failed, or that broke something on purpose: no trace of it is left for the next one. */
export async function reset(platform: Platform): Promise<void> {
  await platform.processes.killAll();
  for (const schema of ['catalog', 'jobs']) await platform.observer.query(`DELETE FROM ${schema}.outbox_messages`);
  for (const queue of [...WORK_QUEUES, ...DEAD_LETTER_QUEUES]) await platform.queues.purge(queue);
  await recover(platform);
  await forgetCounts(platform);
}
