import { CANARIES, type Canary } from './canaries/list-canaries.ts';
import type { Platform } from './platform/platform.ts';
import { createSeededRandom, type SeededRandom, seedFor } from './random.ts';
import { formatCanary, formatHeader, formatRow, print, showRunning } from './report.ts';
import { ROWS } from './rows/list-rows.ts';
import { reset, runRow, type RowResult } from './run-row.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Rows that this machine cannot run. */
  readonly skipped: number;
}

export function listNames(): readonly string[] {
  return [...ROWS, ...CANARIES.map(({ row }) => row)].map(({ name }) => name);
}

/** A row, or a build that must fail. */
interface Task {
  readonly name: string;
  run(platform: Platform, random: () => SeededRandom): Promise<RowResult['verdict']>;
}

/** Every row, then the builds that must fail: each on the platform that is free first. A row's numbers come from the seed and its name alone. */
export async function runMatrix(platforms: readonly Platform[], only: readonly string[], seed: number): Promise<Tally> {
  const results: RowResult[] = [];
  const tasks = [...ROWS.map((row) => rowTask(row, results)), ...CANARIES.map(canaryTask)];
  const waiting = tasks.filter(({ name }) => only.length === 0 || only.includes(name));
  const running = new Set<string>();
  const verdicts: RowResult['verdict'][] = [];
  print(formatHeader());
  const work = async (platform: Platform): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      running.add(task.name);
      showRunning([...running]);
      const seeds = createSeededRandom(seedFor(seed, task.name));
      verdicts.push(await task.run(platform, () => createSeededRandom(seeds.between(0, 2 ** 31))));
      running.delete(task.name);
    }
  };
  await Promise.all(platforms.map(work));
  printTotals(results);
  const count = (wanted: RowResult['verdict']): number => verdicts.filter((verdict) => verdict === wanted).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function rowTask(row: (typeof ROWS)[number], results: RowResult[]): Task {
  return {
    name: row.name,
    run: async (platform, random) => {
      const result = await runRow(platform, row, random);
      results.push(result);
      print(formatRow(result));
      return result.verdict;
    },
  };
}

/** It passes when it is caught. */
function canaryTask({ row, process, preload, caught }: Canary): Task {
  return {
    name: row.name,
    run: async (platform, random) => {
      await platform.processes.restart(process, { preload: [preload] });
      const result = await runRow(platform, row, random);
      if (result.verdict === 'passed') await reset(platform);
      const isCaught = result.violations.some(({ kind }) => caught.includes(kind));
      print(formatCanary(result, isCaught));
      return isCaught ? 'passed' : 'failed';
    },
  };
}

function printTotals(results: readonly RowResult[]): void {
  const sum = (of: (result: RowResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const commits = sum((result) => result.commits);
  print(
    `${sum((result) => result.acknowledged)} writes acknowledged, ${sum((result) => result.refused)} refused, ${sum((result) => result.unknown)} unknown; ` +
      `${commits} events, ${sum((result) => result.repeated)} delivered again, ${sum((result) => result.effects)} effects`,
  );
}
