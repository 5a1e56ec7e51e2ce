// What CloudWatch Logs does for a process: its output, line by line, in the file of its log group. Warnings and errors also
// go to the platform's log, where somebody sees them.
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LocalContext } from '../provider.ts';

/** The file before is kept once, so logs take at most twice this for each group. */
const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** pino's numbers. */
const WARN = 40;
const ERROR = 50;
const KEPT_LINES = 30;

export interface LogGroup {
  write(line: string): void;
  /** Reads both streams until they end. @param source names the process on the screen */
  follow(streams: { readonly stdout: Readable; readonly stderr: Readable }, source: string): OutputTail;
  close(): Promise<void>;
}

/** The last lines of one process, to explain its end with. */
export interface OutputTail {
  lines(): readonly string[];
}

/** `/torii/dev/catalog` is the file `logs/torii/dev/catalog.log` of the state folder. */
export function logFileOf(stateFolder: string, group: string): string {
  const parts = group.split('/').filter((part) => part !== '' && part !== '..');
  return `${join(stateFolder, 'logs', ...parts)}.log`;
}

export function openLogGroup(context: LocalContext, group: string): LogGroup {
  const file = logFileOf(context.stateFolder, group);
  mkdirSync(dirname(file), { recursive: true });
  rotate(file);
  const stream: WriteStream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A full disk must not end the platform; the processes' own lines are lost then.
  stream.on('error', () => undefined);
  const write = (line: string): void => void stream.write(`${line}\n`);
  return {
    write,
    follow({ stdout, stderr }, source) {
      const tail: string[] = [];
      const take = (line: string, isError: boolean): void => {
        write(line);
        context.observeLine?.(line, group);
        tail.push(line);
        if (tail.length > KEPT_LINES) tail.shift();
        surface(line, isError, { source, log: context.log });
      };
      createInterface({ input: stdout }).on('line', (line) => take(line, false));
      createInterface({ input: stderr }).on('line', (line) => take(line, true));
      return { lines: () => [...tail] };
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

function rotate(file: string): void {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // No file yet.
  }
}

interface Surface {
  readonly source: string;
  readonly log: LocalContext['log'];
}

function surface(line: string, isError: boolean, { source, log }: Surface): void {
  const entry = parseEntry(line);
  if (entry === undefined) {
    if (isError && isTelling(line)) log('warn', `${source}: ${line.trim()}`);
    return;
  }
  if (entry.level >= WARN) log(entry.level >= ERROR ? 'error' : 'warn', `${source}: ${entry.message}`);
}

/** Of a stack that Node prints, the lines with the place and the error; the rest is in the file. */
function isTelling(line: string): boolean {
  if (/^\s+at |^node:internal/.test(line)) return false;
  return /^\S+\.[mc]?[jt]s:\d+$|\b(\w*Error|Warning|fatal|cannot|failed)\b/.test(line);
}

/** A JSON line of pino or of the Lambda runtime; undefined for any other line. */
function parseEntry(line: string): { readonly level: number; readonly message: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const { level, msg, message, err } = entry;
    const numeric = typeof level === 'number' ? level : ({ warn: WARN, error: ERROR, fatal: ERROR }[String(level).toLowerCase()] ?? 0);
    return { level: numeric, message: `${String(msg ?? message ?? '')}${describeError(err)}` };
  } catch {
    return undefined;
  }
}

function describeError(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('message' in err)) return '';
  return `: ${String(err.message)}`;
}

/** The telling part of a process's last lines: the messages of its errors, or all of the lines when nothing tells. */
export function explainEnd(lines: readonly string[]): string {
  const errors = lines.flatMap((line) => {
    const entry = parseEntry(line);
    return entry !== undefined && entry.level >= ERROR ? [entry.message] : [];
  });
  const telling = errors.length > 0 ? errors : lines.filter(isTelling);
  return (telling.length > 0 ? telling : lines).slice(-12).join('\n');
}
