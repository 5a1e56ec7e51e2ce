// What starting MariaDB and starting Redis have in common: wait for the predecessor, start, wait for the line that says
// it serves, keep its output in a file, explain a failure with the last of that output.
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findRecordedProcess, identifyProcess } from '../processes/process-identity.ts';
import { startTiedProcess, type TiedProcess, type TiedProcessOptions } from '../processes/tied-process.ts';

/** MariaDB recovering a large log after a crash takes seconds; longer than this, something is wrong. */
const READY_TIMEOUT_MS = 30_000;
/** InnoDB writes what is in memory when it shuts down. */
const STOP_GRACE_MS = 8_000;
/** A predecessor that was told to stop when its platform died. */
const PREDECESSOR_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 50;
const KEPT_OUTPUT_CHARACTERS = 2_000;

export interface NativeServer {
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, by itself or by `stop`. */
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

export interface NativeServerOptions {
  readonly title: string;
  readonly folder: string;
  readonly port: number;
  readonly readyLine: RegExp;
  readonly process: TiedProcessOptions;
}

/** @throws Error with the server's own last words when it does not come up. */
export async function startNativeServer(options: NativeServerOptions): Promise<NativeServer> {
  const pidFile = join(options.folder, 'server.pid');
  await endPredecessor(pidFile);
  const child = await startTiedProcess({ ...options.process, orphanSignal: 'SIGTERM' });
  writeFileSync(pidFile, identifyProcess(child.pid) ?? '');
  // MariaDB that is told to stop after it listens and before it serves hangs for ever; whoever is interrupted meanwhile ends it at once.
  const kill = (): void => child.signal('SIGKILL');
  process.once('exit', kill);
  try {
    await waitUntilReady(child, options);
  } catch (cause) {
    await child.stop(STOP_GRACE_MS);
    throw cause;
  } finally {
    process.off('exit', kill);
  }
  return {
    port: options.port,
    pid: child.pid,
    exited: child.exited,
    stop: async () => {
      await child.stop(STOP_GRACE_MS);
      rmSync(pidFile, { force: true });
    },
  };
}

async function waitUntilReady(child: TiedProcess, options: NativeServerOptions): Promise<void> {
  mkdirSync(options.folder, { recursive: true });
  const log = createWriteStream(join(options.folder, 'server.log'), { flags: 'a' });
  let recent = '';
  const explain = (why: string): Error =>
    new Error(`${options.title} cannot be started on port ${options.port}: ${why}\n${pickReason(recent)}`);
  const ready = Promise.withResolvers<void>();
  const timer = setTimeout(() => ready.reject(explain(`it was not ready within ${READY_TIMEOUT_MS / 1000} s`)), READY_TIMEOUT_MS);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log.write(chunk);
      recent = `${recent}${chunk.toString('utf8')}`.slice(-KEPT_OUTPUT_CHARACTERS);
      if (options.readyLine.test(recent)) ready.resolve();
    });
  }
  void child.exited.then(({ code, signal }) => {
    log.end();
    ready.reject(explain(`it ended with ${signal ?? `code ${code}`}`));
  });
  return ready.promise.finally(() => clearTimeout(timer));
}

/** Lines that say what is wrong, of the two dozen a server prints; all that is left when none says so. */
function pickReason(output: string): string {
  const lines = output.trim().split('\n');
  const telling = lines.filter((line) => /\[ERROR\]|FATAL|# |Failed/.test(line));
  return (telling.length > 0 ? telling : lines.slice(-10)).join('\n');
}

/** The platform was killed a moment ago: its server still holds the data and the port, and is on its way out. */
async function endPredecessor(pidFile: string): Promise<void> {
  const deadline = Date.now() + PREDECESSOR_TIMEOUT_MS;
  for (let pid = findRecordedProcess(pidFile); pid !== undefined; pid = findRecordedProcess(pidFile)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await delay(POLL_INTERVAL_MS);
  }
}
