import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ExitStatus, startTiedProcess, type TiedProcess } from '@torii/local';
import { z } from 'zod';
import type { Request } from '../processes/serve-parent.ts';

export interface FaultProcessOptions<R> {
  /** What errors and its log file call it. */
  readonly title: string;
  readonly program: URL;
  /** Modules that are loaded before the program, such as a canary's. */
  readonly preload?: readonly URL[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly ready: z.ZodType<R>;
}

/** A program that may be killed, frozen, and made to stand still at a step. */
export interface FaultProcess<R> {
  readonly title: string;
  readonly pid: number;
  readonly ready: R;
  readonly exited: Promise<ExitStatus>;
  isRunning(): boolean;
  /** Makes the next arrival at the step stand; resolves once somebody stands there. */
  standAt(step: string, timeoutMs?: number): Promise<void>;
  release(step: string): void;
  ask(question: string, ...words: readonly string[]): Promise<unknown>;
  /** As the kernel does when memory is short: no goodbye. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** SIGTERM, as a deployment does. */
  terminate(graceMs?: number): Promise<ExitStatus>;
}

/** These end what will never come; a busy machine takes its time. */
const START_TIMEOUT_MS = 90_000;
const STEP_TIMEOUT_MS = 45_000;
const ANSWER_TIMEOUT_MS = 30_000;
/** As long as ECS waits. */
const STOP_GRACE_MS = 30_000;

const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded') }),
  z.object({ kind: z.literal('ready'), ready: z.unknown() }),
  z.object({ kind: z.literal('reached'), step: z.string() }),
  z.object({ kind: z.literal('answer'), id: z.number(), value: z.unknown().optional(), error: z.string().optional() }),
]);
type Message = z.infer<typeof message>;

/** A program that has everything imported and does nothing yet: to start it takes a fraction of the time. */
export interface LoadedProcess<R> {
  /** @throws Error when it ends, or is silent, before it is ready */
  start(): Promise<FaultProcess<R>>;
  kill(): Promise<void>;
}

/** @throws Error when it ends, or is silent, before it is ready */
export async function startFaultProcess<R>(options: FaultProcessOptions<R>): Promise<FaultProcess<R>> {
  return (await loadFaultProcess(options)).start();
}

/** @throws Error when it ends, or is silent, before it is loaded */
export async function loadFaultProcess<R>(options: FaultProcessOptions<R>): Promise<LoadedProcess<R>> {
  const { title } = options;
  const preload = (options.preload ?? []).flatMap((url) => ['--import', url.href]);
  const child = await startTiedProcess({
    command: process.execPath,
    args: [...preload, fileURLToPath(options.program)],
    env: { ...process.env, ...options.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    ipc: true,
  });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => log.write(chunk));
  void child.exited.then(() => log.end());
  const inbox = createInbox(child, title);
  await inbox.next((sent) => sent.kind === 'loaded', 'is not loaded', START_TIMEOUT_MS);
  return {
    start: async () => {
      const answered = inbox.next((sent) => sent.kind === 'ready', 'is not ready', START_TIMEOUT_MS);
      child.send({ kind: 'start' } satisfies Request);
      const { ready } = z.object({ ready: options.ready }).parse(await answered);
      return describe(child, { title, ready, inbox });
    },
    kill: async () => {
      child.signal('SIGKILL');
      await child.exited;
    },
  };
}

function describe<R>(child: TiedProcess, parts: { readonly title: string; readonly ready: R; readonly inbox: Inbox }): FaultProcess<R> {
  const { title, ready, inbox } = parts;
  let questions = 0;
  const tell = (request: Request): void => child.send(request);
  return {
    title,
    ready,
    pid: child.pid,
    exited: child.exited,
    isRunning: child.isRunning,
    standAt: async (step, timeoutMs = STEP_TIMEOUT_MS) => {
      const reached = inbox.next((sent) => sent.kind === 'reached' && sent.step === step, `does not come to ${step}`, timeoutMs);
      tell({ kind: 'arm', step });
      await reached;
    },
    release: (step) => tell({ kind: 'release', step }),
    ask: async (question, ...words) => {
      const id = ++questions;
      const answered = inbox.next((sent) => sent.kind === 'answer' && sent.id === id, `does not answer ${question}`, ANSWER_TIMEOUT_MS);
      tell({ kind: 'ask', id, question, words: [...words] });
      const answer = await answered;
      if (answer.kind === 'answer' && answer.error !== undefined) throw new Error(`${title} cannot answer ${question}: ${answer.error}`);
      return answer.kind === 'answer' ? answer.value : undefined;
    },
    kill: async () => {
      child.signal('SIGKILL');
      await child.exited;
    },
    freeze: () => child.signal('SIGSTOP'),
    thaw: () => child.signal('SIGCONT'),
    terminate: (graceMs = STOP_GRACE_MS) => child.stop(graceMs),
  };
}

interface Inbox {
  next(wanted: (sent: Message) => boolean, complaint: string, timeoutMs: number): Promise<Message>;
}

function createInbox(child: TiedProcess, title: string): Inbox {
  const listeners = new Set<(sent: Message) => void>();
  child.onMessage((raw) => {
    const sent = message.parse(raw);
    for (const listener of listeners) listener(sent);
  });
  return {
    next: (wanted, complaint, timeoutMs) =>
      new Promise((resolve, reject) => {
        const end = (act: () => void): void => {
          clearTimeout(timer);
          listeners.delete(listener);
          act();
        };
        const listener = (sent: Message): void => {
          if (wanted(sent)) end(() => resolve(sent));
        };
        const timer = setTimeout(() => end(() => reject(new Error(`${title} ${complaint} within ${timeoutMs} ms.`))), timeoutMs);
        void child.exited.then(({ code, signal }) =>
          end(() => reject(new Error(`${title} ${complaint}: it ended with ${signal ?? code}.`))),
        );
        listeners.add(listener);
      }),
  };
}
