import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Request } from './serve-parent.ts';

export interface BenchProcessOptions<R> {
  /** What errors call it. */
  readonly title: string;
  readonly program: URL;
  /** Modules that are loaded before the program. */
  readonly preload?: readonly URL[];
  readonly env: Readonly<Record<string, string>>;
  /** Takes what it prints: logs go to a file, as in a container they go to a driver. */
  readonly logFile: string;
  /** What it says when it is ready. */
  readonly ready: z.ZodType<R>;
}

/** A program under test, in a process of its own. */
export interface BenchProcess<R> {
  readonly ready: R;
  /** CPU time it has used so far, of all its threads. */
  cpuMs(): Promise<number>;
  /** Has one of its tasks done. One at a time: answers carry no number. @throws Error when the task fails or takes too long */
  run<O>(task: string, input: object, outcome: z.ZodType<O>): Promise<O>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 45_000;
const TASK_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const cpuAnswer = z.object({ cpuMs: z.number() });

/** @throws Error when it ends, or is silent, before it is ready */
export async function startBenchProcess<R>(options: BenchProcessOptions<R>): Promise<BenchProcess<R>> {
  const preload = (options.preload ?? []).flatMap((url) => ['--import', url.href]);
  const child = spawn(process.execPath, [...preload, fileURLToPath(options.program)], {
    stdio: ['ignore', openSync(options.logFile, 'a'), 'inherit', 'ipc'],
    // Express and others are slower, or say more, in development.
    env: { ...process.env, ...options.env, NODE_ENV: 'production' },
  });
  const { ready } = z.object({ ready: options.ready }).parse(await nextMessage(child, options.title));
  return {
    ready,
    cpuMs: async () => {
      ask(child, 'cpu');
      return cpuAnswer.parse(await nextMessage(child, options.title)).cpuMs;
    },
    run: async (task, input, outcome) => {
      ask(child, { task, input });
      const answer = z
        .union([z.object({ outcome }), z.object({ error: z.string() })])
        .parse(await nextMessage(child, options.title, TASK_TIMEOUT_MS));
      if ('error' in answer) throw new Error(`Task ${task} of ${options.title} cannot be measured: ${answer.error}`);
      return answer.outcome;
    },
    stop: () => stop(child),
  };
}

async function nextMessage(child: ChildProcess, title: string, timeoutMs = START_TIMEOUT_MS): Promise<unknown> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(timeoutMs)]);
  const failed = once(child, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`${title} ended with code ${String(code)}.`)));
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), failed]);
    return message;
  } catch (cause) {
    throw new Error(`${title} cannot be measured: it does not answer.`, { cause });
  } finally {
    done.abort();
    failed.catch(() => undefined);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  ask(child, 'stop');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

function ask(child: ChildProcess, request: Request): void {
  if (child.connected) child.send(request);
}
