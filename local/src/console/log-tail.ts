// The end of a log file, as entries: JSON lines of pino and of the Lambda runtime, or plain text.
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { maskText } from '../mask.ts';

export interface LogEntry {
  readonly atMs?: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** Everything else the line says. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Enough for some thousand lines; reading it takes a millisecond. */
const TAIL_BYTES = 512 * 1024;
/** pino's numbers, each up to the next. */
const LEVELS = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
] as const;

/** The last entries of the file, oldest first; none when there is no file. */
export async function readLogTail(file: string, accept: (entry: LogEntry) => boolean, limit: number): Promise<readonly LogEntry[]> {
  const lines = await readLastLines(file);
  return lines.map(parseLine).filter(accept).slice(-limit);
}

/** Log groups that have a file, by the path below the folder: `torii/dev/catalog`. */
export async function listLogFiles(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
    .sort();
}

export function logFolderOf(stateFolder: string): string {
  return join(stateFolder, 'logs');
}

export function parseLine(line: string): LogEntry {
  const entry = parseObject(line);
  if (entry === undefined) return { level: 'info', message: maskText(line), fields: {} };
  const { level, time, timestamp, msg, message, pid: _pid, hostname: _hostname, ...rest } = entry;
  const atMs = parseTime(time ?? timestamp);
  return {
    ...(Number.isFinite(atMs) && { atMs }),
    level: parseLevel(level),
    message: maskText(String(msg ?? message ?? '')),
    fields: Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, maskText(typeof value === 'string' ? value : JSON.stringify(value))]),
    ),
  };
}

/** ISO 8601, or milliseconds since 1970: pino writes a number, API Gateway the same in quotes. NaN for anything else. */
function parseTime(time: unknown): number {
  const text = String(time);
  return /^\d{13}$/.test(text) ? Number(text) : Date.parse(text);
}

function parseLevel(level: unknown): LogEntry['level'] {
  if (typeof level === 'number') return LEVELS.find(([floor]) => level >= floor)?.[1] ?? 'debug';
  const name = String(level).toLowerCase();
  if (name === 'fatal') return 'error';
  return (['error', 'warn', 'debug'] as const).find((known) => known === name) ?? 'info';
}

async function readLastLines(file: string): Promise<readonly string[]> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8').split('\n');
    // The first line is cut in the middle unless the file began there; after the last line break there is nothing.
    return lines.slice(start === 0 ? 0 : 1).filter((line) => line !== '');
  } finally {
    await handle.close();
  }
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
