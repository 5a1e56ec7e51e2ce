// What a command shows. For people: lines, tables and a bar. With --json: one document on standard output, notes on standard error.
import { createInterface } from 'node:readline/promises';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import type { Io } from './io.ts';

export interface Bar {
  /** @param remark shown behind the bar */
  update(done: number, remark?: string): void;
  stop(): void;
}

export interface Screen {
  /** A person is there and can be asked. */
  readonly isInteractive: boolean;
  line(text?: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** The whole outcome, for machines; shown with --json only. */
  result(value: unknown): void;
  ask(question: string): Promise<string>;
  /** @param unit of `total` */
  startBar(label: string, total: number, unit?: string): Bar;
}

const NO_BAR: Bar = { update: () => {}, stop: () => {} };
const NO_LINES = Object.fromEntries(
  'top,top-mid,top-left,top-right,bottom,bottom-mid,bottom-left,bottom-right,left,left-mid,mid,mid-mid,right,right-mid'
    .split(',')
    .map((name) => [name, '']),
);

export function createScreen({ stdin, stdout, stderr }: Io, isJson: boolean): Screen {
  const out = isJson ? stderr : stdout;
  const isInteractive = stdin.isTTY === true && stderr.isTTY === true;
  return {
    isInteractive,
    line: (text = '') => void out.write(`${text}\n`),
    table: (head, rows) => {
      if (!isJson && rows.length > 0) out.write(`${drawTable(head, rows)}\n`);
    },
    result: (value) => {
      if (isJson) stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    ask: async (question) => {
      const terminal = createInterface({ input: stdin, output: stderr });
      // Ctrl-C and the end of the input are answers too: no.
      const answer = await Promise.race([
        terminal.question(question).catch(() => ''),
        new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
      ]);
      terminal.close();
      return answer.trim();
    },
    startBar: (label, total, unit = '') => (stderr.isTTY === true && total > 0 ? startBar(stderr, { label, total, unit }) : NO_BAR),
  };
}

/** Columns without rules, so that a line can be cut by other tools. */
function drawTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };
  const table = new Table({ head: [...head], chars: { ...NO_LINES, middle: '' }, style });
  table.push(...rows.map((cells) => [...cells]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function startBar(
  stderr: Io['stderr'],
  { label, total, unit }: { readonly label: string; readonly total: number; readonly unit: string },
): Bar {
  const format = `${label} [{bar}] {percentage} %  {value}/{total} ${unit}  {remark}`;
  const bar = new SingleBar({ format, hideCursor: true, stream: stderr, gracefulExit: false }, Presets.shades_classic);
  bar.start(total, 0, { remark: '' });
  return { update: (done, remark = '') => bar.update(done, { remark }), stop: () => bar.stop() };
}
