// Runs the project's checks and test levels, shows the time of each, and ends with the total.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const LAST_LINE = /(\d+) passed, (\d+) failed\s*$/;
/** Checks that run side by side: each keeps about one core busy, and small machines have two. */
const LANES = 2;

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** How its tests are counted: Jest's report, or a last line `N passed, N failed`. @default the step counts as one */
  readonly counts?: 'jest' | 'last-line';
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** @param words more for Jest, such as `--runInBand` for tests that share one platform */
export function jestLevel(name: string, ...words: readonly string[]): Step {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const command = ['node', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--selectProjects', name, ...words];
  return { name: `tests: ${name}`, command, counts: 'jest' };
}

/**
 * Runs every step even when one fails, prints `N passed, N failed` last and sets the exit code.
 * @param checks run side by side, each shown when it has ended
 * @param levels run one after another, shown while they run
 */
export async function runSteps(checks: readonly Step[], levels: readonly Step[] = []): Promise<void> {
  const startedAt = performance.now();
  const outcomes: Outcome[] = [];
  const waiting = [...checks];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) outcomes.push(await runStep(step, 'buffered'));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  for (const level of levels) outcomes.push(await runStep(level, 'live'));
  const total = (key: keyof Outcome): number => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  console.log(`\nall in ${seconds(startedAt)}`);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  process.exitCode = total('failed') > 0 ? 1 : 0;
}

async function runStep(step: Step, display: 'buffered' | 'live'): Promise<Outcome> {
  const startedAt = performance.now();
  if (display === 'live') console.log(`\n— ${step.name}`);
  const folder = mkdtempSync(join(tmpdir(), 'torii-step-'));
  const report = join(folder, 'report.json');
  const { code, output } = await run(step, report, display);
  const outcome = countTests(step, { code, output, report });
  rmSync(folder, { recursive: true, force: true });
  if (outcome.failed > 0 && display === 'buffered') console.log(output);
  console.log(
    `${outcome.failed === 0 ? '✓' : '✗'} ${step.name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds(startedAt)})`,
  );
  return outcome;
}

function countTests(
  step: Step,
  { code, output, report }: { readonly code: number; readonly output: string; readonly report: string },
): Outcome {
  if (step.counts === 'jest') return readJestReport(report, code);
  const [, passed = code === 0 ? 1 : 0, failed = 0] = (step.counts === 'last-line' && LAST_LINE.exec(output)) || [];
  return { passed: Number(passed), failed: code === 0 ? Number(failed) : Math.max(1, Number(failed)) };
}

function run(step: Step, report: string, display: 'buffered' | 'live'): Promise<{ readonly code: number; readonly output: string }> {
  // Jest prints its report on standard error and, with --json, the same once more on standard output.
  const [file = '', ...words] = [...step.command, ...(step.counts === 'jest' ? ['--json', `--outputFile=${report}`] : [])];
  const env = { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}`, FORCE_COLOR: '0', NX_DAEMON: 'false' };
  const child = spawn(file, words, { cwd: ROOT, env, stdio: ['ignore', step.counts === 'jest' ? 'ignore' : 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (display === 'live') process.stderr.write(chunk);
    });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: `${file} cannot be run: ${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A level that could not run at all, or in which a file could not be loaded, has failed whatever its tests say. */
function readJestReport(file: string, code: number): Outcome {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numRuntimeErrorTestSuites: number;
    };
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
