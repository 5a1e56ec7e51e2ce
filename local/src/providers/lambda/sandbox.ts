// One child process of a function. It handles one invocation at a time and is thrown away after a timeout or a crash.
import { fileURLToPath } from 'node:url';
import type { LogGroup } from '../../processes/log-group.ts';
import { startTiedProcess, type TiedProcess } from '../../processes/tied-process.ts';
import type { FromRuntime, HandlerError, ToRuntime } from './runtime-messages.ts';

const RUNTIME = fileURLToPath(new URL('./runtime.ts', import.meta.url));
/** Lambda allows the same for loading the code. */
const INIT_TIMEOUT_MS = 10_000;

/** The function itself failed, timed out or crashed. */
export class FunctionError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface Sandbox {
  readonly pid: number;
  isUsable(): boolean;
  /** @throws FunctionError */
  invoke(invocation: ToRuntime, timeoutMs: number): Promise<unknown>;
  kill(): Promise<void>;
}

export interface SandboxOptions {
  readonly functionName: string;
  readonly assetFolder: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly logGroup: LogGroup;
}

/** @throws FunctionError when the bundle cannot be loaded. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const child = await startTiedProcess({
    command: process.execPath,
    args: [`--max-old-space-size=${options.memoryMb}`, RUNTIME, options.assetFolder, options.handler],
    cwd: options.assetFolder,
    env: { ...options.environment },
    ipc: true,
  });
  options.logGroup.follow(child, options.functionName);
  const sandbox = converse(child);
  try {
    await sandbox.ready(INIT_TIMEOUT_MS);
  } catch (cause) {
    await sandbox.kill();
    throw cause;
  }
  return sandbox;
}

interface Pending {
  readonly id: string;
  readonly settle: PromiseWithResolvers<unknown>;
}

function converse(child: TiedProcess): Sandbox & { ready(timeoutMs: number): Promise<unknown> } {
  let pending: Pending = { id: 'init', settle: Promise.withResolvers() };
  pending.settle.promise.catch(() => undefined);
  let isUsable = true;

  child.onMessage((raw) => {
    const message = parseMessage(raw);
    const id = message.kind === 'result' || message.kind === 'failed' ? message.id : 'init';
    if (id !== pending.id) return;
    if (message.kind === 'result') pending.settle.resolve(message.payload);
    else if (message.kind === 'ready') pending.settle.resolve(undefined);
    else pending.settle.reject(asError(message.error));
  });
  void child.exited.then(({ code, signal }) => {
    isUsable = false;
    pending.settle.reject(
      new FunctionError('Runtime.ExitError', `Runtime exited with error: ${signal === null ? `exit status ${code}` : `signal ${signal}`}`),
    );
  });

  const withDeadline = async (timeoutMs: number, describe: () => string): Promise<unknown> => {
    const timer = setTimeout(() => {
      isUsable = false;
      pending.settle.reject(new FunctionError('Sandbox.Timedout', describe()));
      child.signal('SIGKILL');
    }, timeoutMs);
    return pending.settle.promise.finally(() => clearTimeout(timer));
  };

  return {
    pid: child.pid,
    isUsable: () => isUsable && child.isRunning(),
    ready: (timeoutMs) => withDeadline(timeoutMs, () => `The function's code was not loaded within ${timeoutMs / 1000} s`),
    invoke: (invocation, timeoutMs) => {
      pending = { id: invocation.id, settle: Promise.withResolvers() };
      child.send(invocation);
      if (!child.isRunning()) pending.settle.reject(new FunctionError('Runtime.ExitError', 'The function was stopped'));
      return withDeadline(timeoutMs, () => `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
    },
    kill: async () => {
      isUsable = false;
      child.signal('SIGKILL');
      await child.exited;
    },
  };
}

function asError(error: HandlerError): FunctionError {
  const failure = new FunctionError(error.name, error.message);
  if (error.stack !== undefined) failure.stack = error.stack;
  return failure;
}

function parseMessage(raw: unknown): FromRuntime {
  return raw as FromRuntime;
}
