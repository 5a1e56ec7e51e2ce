// How a command ends: 0 all of it was done, 1 something was not, 2 it was not understood, 130 it was interrupted.
import type { Io, Program } from './io.ts';
import { OperationError, UsageError } from './usage-error.ts';

/** One Ctrl-C can arrive several times, from the terminal and from npm above this process. */
const SAME_SIGNAL_MS = 500;

/** Runs the program of this process. */
export async function runProcess(program: Program): Promise<void> {
  const controller = new AbortController();
  stopOnSignal(controller);
  endWithReader();
  process.exitCode = await execute(program, process.argv.slice(2), process, controller.signal);
}

/** Runs it to its exit code; an error becomes a message. */
export async function execute(program: Program, words: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  try {
    return await program(words, io, signal);
  } catch (error) {
    if (signal.aborted && isAbort(error)) return 130;
    const isForOperator = error instanceof UsageError || error instanceof OperationError;
    io.stderr.write(`\n${isForOperator ? error.message : describeBug(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function describeBug(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The first signal ends the work in order, a second one at once. */
function stopOnSignal(controller: AbortController): void {
  let stoppingSince = 0;
  const stop = (_signal: string, number: number): void => {
    if (stoppingSince > 0 && performance.now() - stoppingSince < SAME_SIGNAL_MS) return;
    if (stoppingSince > 0) process.exit(128 + number);
    stoppingSince = performance.now();
    process.stderr.write('\nStopping: what is held is given back …\n');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** `dlq list | head`: nobody reads the rest. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
