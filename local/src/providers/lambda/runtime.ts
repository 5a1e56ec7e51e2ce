// Runs inside the child process of one function: loads the bundle once, then handles one invocation at a time, as AWS's
// Node runtime does (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FromRuntime, InvocationContext, ToRuntime } from './runtime-messages.ts';

type Callback = (error: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: object, callback: Callback) => unknown;

const [folder = '', handlerName = ''] = process.argv.slice(2);

try {
  const handler = await loadHandler(folder, handlerName);
  process.on('message', (message) => void answer(handler, parseInvocation(message)));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'init-failed', error: describe(error) });
}
// Without the platform nobody would ever end this process.
process.once('disconnect', () => process.exit(0));

async function answer(handler: Handler, { id, event, context }: ToRuntime): Promise<void> {
  process.env['_X_AMZN_TRACE_ID'] = context.traceId;
  try {
    send({ kind: 'result', id, payload: (await call(handler, event, context)) ?? null });
  } catch (error) {
    send({ kind: 'failed', id, error: describe(error) });
  }
}

function call(handler: Handler, event: unknown, context: InvocationContext): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error === null || error === undefined ? resolve(result) : reject(error));
    const { deadlineMs, ...rest } = context;
    const returned = handler(
      event,
      { ...rest, callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis: () => deadlineMs - Date.now() },
      callback,
    );
    // A handler that takes a callback answers by it.
    if (handler.length < 3 || returned instanceof Promise) Promise.resolve(returned).then(resolve, reject);
  });
}

/** `index.handler`: export `handler` of the bundle's `index.mjs`, `index.js` or `index.cjs`. */
async function loadHandler(assetFolder: string, name: string): Promise<Handler> {
  const split = name.lastIndexOf('.');
  const [path, exported] = [name.slice(0, split), name.slice(split + 1)];
  const file = ['.mjs', '.js', '.cjs']
    .map((extension) => join(assetFolder, `${path}${extension}`))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`Cannot find module '${path}' in the bundle`);
  const loaded: unknown = await import(pathToFileURL(file).href);
  return parseHandler(loaded, exported, name);
}

function parseHandler(loaded: unknown, exported: string, name: string): Handler {
  const exportsOf = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const found = exportsOf(loaded)[exported] ?? exportsOf(exportsOf(loaded)['default'])[exported];
  if (typeof found !== 'function') throw new Error(`${name} is undefined or not exported`);
  return found as Handler;
}

function parseInvocation(message: unknown): ToRuntime {
  return message as ToRuntime;
}

function describe(error: unknown): { readonly name: string; readonly message: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: error.name, message: error.message, ...(error.stack !== undefined && { stack: error.stack }) };
}

function send(message: FromRuntime): void {
  process.send?.(message);
}
