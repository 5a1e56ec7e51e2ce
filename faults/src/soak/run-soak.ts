import { setTimeout as delay } from 'node:timers/promises';
import type { Tally } from '../matrix.ts';
import type { Platform } from '../platform/platform.ts';
import { createSeededRandom } from '../random.ts';
import { formatHeader, formatRow, print } from '../report.ts';
import type { Row, Stage } from '../rows/row.ts';
import { runRow } from '../run-row.ts';
import { type Appointment, planSoak } from './schedule.ts';

/** How long faults go on before everything is drained and checked. */
const ROUND_MS = 60_000;
const IMPORT = { rows: 620, badRows: 4 };
/** Between two imports. */
const IMPORT_PAUSE_MS = 6_000;
/** Writes that must get through between two faults, so that a soak cannot pass by doing nothing. */
const SOME_WRITES = 5;

/** Faults of a schedule made from the seed, under load and imports; drained and checked once a minute. */
export async function runSoak(platform: Platform, { minutes, seed }: { readonly minutes: number; readonly seed: number }): Promise<Tally> {
  const startedAtMs = performance.now();
  const plan = planSoak(seed);
  const seeds = createSeededRandom(seed + 1);
  const endsAtMs = startedAtMs + minutes * 60_000;
  const tally = { passed: 0, failed: 0, skipped: 0 };
  const totals = { faults: 0, acknowledged: 0, commits: 0, repeated: 0, effects: 0 };
  for (let round = 1; performance.now() < endsAtMs; round += 1) {
    const untilMs = Math.min(endsAtMs, performance.now() + ROUND_MS);
    let faults = 0;
    const row = createRound(round, plan, {
      untilMs,
      onFault: (appointment) => print(describe(appointment, startedAtMs, ++faults + totals.faults)),
    });
    const result = await runRow(platform, row, () => createSeededRandom(seeds.between(0, 2 ** 31)));
    totals.faults += faults;
    for (const key of ['acknowledged', 'commits', 'repeated', 'effects'] as const) totals[key] += result[key];
    tally[result.verdict === 'passed' ? 'passed' : 'failed'] += 1;
    print(`${formatHeader()}\n${formatRow(result)}`);
  }
  print(
    `seed ${seed}: ${totals.faults} faults, ${totals.acknowledged} writes acknowledged, ${totals.commits} events, ${totals.repeated} delivered again, ${totals.effects} effects`,
  );
  return tally;
}

interface RoundOptions {
  readonly untilMs: number;
  readonly onFault: (appointment: Appointment) => void;
}

function createRound(round: number, plan: Generator<Appointment, never, void>, { untilMs, onFault }: RoundOptions): Row {
  return {
    name: `soak-round-${round}`,
    fault: 'the faults above, one after another',
    invariant: 'all of them',
    run: async (stage) => {
      const imports = keepImporting(stage, untilMs);
      // Awaited below, after faults that may fail themselves.
      void imports.catch(() => undefined);
      while (performance.now() < untilMs) {
        const appointment = plan.next().value;
        onFault(appointment);
        await delay(appointment.afterMs);
        await appointment.fault.inject(stage.platform, appointment.lastingMs, createSeededRandom(appointment.seed));
        await stage.load.progress(SOME_WRITES);
      }
      const done = await imports;
      return `${done} imports`;
    },
  };
}

async function keepImporting({ load }: Stage, untilMs: number): Promise<number> {
  let done = 0;
  while (performance.now() < untilMs) {
    await load.startImport(IMPORT);
    done += 1;
    await delay(IMPORT_PAUSE_MS);
  }
  return done;
}

function describe({ fault, afterMs, lastingMs }: Appointment, startedAtMs: number, number: number): string {
  const at = ((performance.now() + afterMs - startedAtMs) / 1000).toFixed(1).padStart(6);
  return `  ${String(number).padStart(4)}  ${at} s  ${fault.name} (after ${afterMs} ms, for ${lastingMs} ms)`;
}
