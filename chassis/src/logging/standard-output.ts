import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

// The lines of one turn of the event loop leave in one write at its end, as a system call for each took as much CPU as making the line. No line
// waits for a later one. A warning, or worse, is written at once, behind the lines before it; so is everything when the process exits, be it told
// to, done, or after an error that nobody caught. Killed in the middle of a turn it loses the lines of that turn.

const STANDARD_OUTPUT = 1;
/** As pino counts levels. */
const WARN = 40;
/** Between two tries while whoever reads the log has not made room. */
const FULL_PIPE_PAUSE_MS = 10;

let shared: DestinationStream | undefined;

/** Where ECS and Lambda collect logs; one for all loggers of the process, so that their lines stay in order. */
export function standardOutput(): DestinationStream {
  return (shared ??= createTurnBuffer(writeAll));
}

/** @param writeOut must write all of it before it returns */
export function createTurnBuffer(writeOut: (bytes: Uint8Array) => void): DestinationStream {
  let lines = '';
  const flush = (): void => {
    const written = lines;
    lines = '';
    writeOut(Buffer.from(written));
  };
  process.on('exit', flush);
  const stream = {
    // Pino tells the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write: (line: string): void => {
      if (lines === '') setImmediate(flush);
      lines += line;
      if (stream.lastLevel >= WARN) flush();
    },
  };
  return stream;
}

/** Waits while the pipe is full, as a log that is lost helps nobody; gives up when nobody reads it any more. */
function writeAll(bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      pause(FULL_PIPE_PAUSE_MS);
    }
  }
}

function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, durationMs);
}
