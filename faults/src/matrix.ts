import { CANARIES, type Canary } from './canaries/list-canaries.ts';
import type { Platform } from './platform/platform.ts';
import { createSeededRandom, type SeededRandom } from './random.ts';
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

/** Every row on one platform, then the builds that must fail. */
export async function runMatrix(platform: Platform, only: readonly string[], seed: number): Promise<Tally> {
  const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
  const seeds = createSeededRandom(seed);
  const random = (): SeededRandom => createSeededRandom(seeds.between(0, 2 ** 31));
  const results: RowResult[] = [];
  print(formatHeader());
  for (const row of ROWS.filter(({ name }) => isWanted(name))) {
    showRunning(row.name);
    const result = await runRow(platform, row, random);
    results.push(result);
    print(formatRow(result));
  }
  printTotals(results);
  let caught = 0;
  const canaries = CANARIES.filter(({ row }) => isWanted(row.name));
  for (const canary of canaries) if (await isCaught(platform, canary, random)) caught += 1;
  const failed = results.filter(({ verdict }) => verdict === 'failed').length;
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  return { passed: passed + caught, failed: failed + canaries.length - caught, skipped: results.length - passed - failed };
}

async function isCaught(platform: Platform, canary: Canary, random: () => SeededRandom): Promise<boolean> {
  showRunning(canary.row.name);
  await platform.processes.restart(canary.process, { preload: [canary.preload] });
  const result = await runRow(platform, canary.row, random);
  if (result.verdict === 'passed') await reset(platform);
  const caught = result.violations.some(({ kind }) => canary.caught.includes(kind));
  print(formatCanary(result, caught));
  return caught;
}

function printTotals(results: readonly RowResult[]): void {
  const sum = (of: (result: RowResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const commits = sum((result) => result.commits);
  print(
    `${sum((result) => result.acknowledged)} writes acknowledged, ${sum((result) => result.refused)} refused, ${sum((result) => result.unknown)} unknown; ` +
      `${commits} events, ${sum((result) => result.repeated)} delivered again, ${sum((result) => result.effects)} effects`,
  );
}
