import type { RowResult } from './run-row.ts';

const COLUMNS = ['acked', 'refused', 'unknown', 'events', 'again', 'effects'] as const;
const NAME_WIDTH = 34;
const COLUMN_WIDTH = 8;
const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const;

export function formatHeader(): string {
  return `  ${'fault'.padEnd(NAME_WIDTH)}${COLUMNS.map((name) => name.padStart(COLUMN_WIDTH)).join('')}    time`;
}

/** One line; what went wrong follows, indented. */
export function formatRow(result: RowResult): string {
  const { acknowledged, refused, unknown, commits, repeated, effects } = result;
  const numbers = [acknowledged, refused, unknown, commits, repeated, effects]
    .map((value) => String(value).padStart(COLUMN_WIDTH))
    .join('');
  const time = `${(result.tookMs / 1000).toFixed(1)} s`.padStart(8);
  const line = `${MARKS[result.verdict]} ${result.row.name.padEnd(NAME_WIDTH)}${numbers}${time}  ${result.verdict === 'failed' ? '' : result.note}`;
  if (result.verdict !== 'failed') return line.trimEnd();
  const details = [
    `fault: ${result.row.fault}`,
    `must hold: ${result.row.invariant}`,
    ...(result.note === '' ? [] : [result.note]),
    ...result.violations.map(({ kind, count, example }) => `${count} × ${kind}, such as ${example}`),
  ];
  return [line.trimEnd(), ...details.map((detail) => `    ${detail}`)].join('\n');
}

/** A canary is right when it was caught. */
export function formatCanary(result: RowResult, isCaught: boolean): string {
  const found = result.violations.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  const time = `${(result.tookMs / 1000).toFixed(1)} s`;
  const why = result.note === '' ? '' : ` (${result.note})`;
  return `${isCaught ? '✓' : '✗'} ${result.row.name.padEnd(NAME_WIDTH)} ${isCaught ? 'caught' : 'NOT CAUGHT'}: ${found === '' ? 'nothing' : found}${why}, ${time}`;
}

/** Written over while rows run, where there is a terminal. */
export function showRunning(names: readonly string[]): void {
  if (process.stdout.isTTY) process.stdout.write(`\x1b[K… ${names.join(', ')}\r`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
