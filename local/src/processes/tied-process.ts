// A child process that never outlives the platform: the kernel signals it when its parent dies, be it by SIGKILL. Where the
// kernel cannot (macOS), a shell that waits for the end of a pipe does.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

export interface TiedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Sent when the platform dies: databases shut down in order, everything else is built to be killed. */
  readonly orphanSignal?: 'SIGTERM' | 'SIGKILL';
  /** Opens an IPC channel: `send` and `onMessage`. */
  readonly ipc?: boolean;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface TiedProcess {
  readonly pid: number;
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has ended and its output has been read; never rejects. */
  readonly exited: Promise<ExitStatus>;
  isRunning(): boolean;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when the process has ended. */
  stop(graceMs: number): Promise<ExitStatus>;
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => process.platform === 'linux' && existsSync(file));

/** @throws Error when the program does not exist or cannot be started. */
export async function startTiedProcess(options: TiedProcessOptions): Promise<TiedProcess> {
  const orphanSignal = options.orphanSignal ?? 'SIGKILL';
  // setpriv replaces itself by the program, so the process id is the program's.
  const [command, args] =
    SETPRIV === undefined ? [options.command, options.args] : [SETPRIV, ['--pdeathsig', orphanSignal, options.command, ...options.args]];
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    // A group of its own: Ctrl-C in the terminal reaches the platform alone, which then stops its processes in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`${options.command} cannot be started: ${cause.message}`, { cause })));
  });
  return describe(child, options, orphanSignal);
}

function describe(child: ChildProcess, options: TiedProcessOptions, orphanSignal: string): TiedProcess {
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error(`${options.command} has no process id or output`);
  if (SETPRIV === undefined) watchFromShell(child, orphanSignal);
  // A process that dies closes its input: writing to it then is not an error of the platform.
  stdin?.on('error', () => undefined);
  child.on('error', () => undefined);
  let running = true;
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', () => (running = false));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const tied: TiedProcess = {
    pid,
    stdin: stdin ?? undefined,
    stdout,
    stderr,
    exited,
    isRunning: () => running,
    send: (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    signal: (signal) => void child.kill(signal),
    stop: async (graceMs) => {
      if (running) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return exited.finally(() => clearTimeout(timer));
    },
  };
  return tied;
}

let watchdog: ChildProcess | undefined;

/** The shell reads process ids until this process is gone, however it went, and then signals those that are left. */
function watchFromShell(child: ChildProcess, signal: string): void {
  if (watchdog === undefined || watchdog.exitCode !== null) {
    const script =
      'pids=""; while read -r word pid; do case $word in add) pids="$pids $pid";; end) pids=$(echo "$pids " | sed "s/ $pid / /");; esac; done; ' +
      `[ -z "$pids" ] || kill -${signal.slice(3)} $pids 2>/dev/null`;
    watchdog = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    watchdog.unref();
    watchdog.stdin?.on('error', () => undefined);
    // Nor does the pipe to it keep the platform running.
    if (watchdog.stdin !== null && 'unref' in watchdog.stdin && typeof watchdog.stdin.unref === 'function') watchdog.stdin.unref();
  }
  const { stdin } = watchdog;
  stdin?.write(`add ${child.pid}\n`);
  child.once('exit', () => stdin?.write(`end ${child.pid}\n`));
}
