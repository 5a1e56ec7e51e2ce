// Which connection a store is working for. fauxqs's stores do not know their caller, and a message given to a caller that
// has gone is lost for a whole visibility timeout.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { App } from './internals.ts';

const callers = new AsyncLocalStorage<Socket>();

/** Must be a `preHandler`: the asynchronous context does not survive the reading of a body. */
export function trackCallers(app: App): void {
  app.addHook('preHandler', (request, _reply, done) => {
    callers.run(request.raw.socket, done);
  });
}

export function findCaller(): Socket | undefined {
  return callers.getStore();
}
