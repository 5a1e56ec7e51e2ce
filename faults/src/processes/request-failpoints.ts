import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage, ServerResponse } from 'node:http';
import { currentCausationId, currentCorrelationId, type ServiceFailpoints } from '@torii/chassis';
import { failpoint, isArmed } from './serve-parent.ts';

/** The transactions of requests, not those of messages: these name what caused them, or run in a batch without a correlation. */
export function requestFailpoints(): NonNullable<ServiceFailpoints['database']> {
  const [beforeCommit, afterCommit] = [failpoint('request.beforeCommit'), failpoint('request.afterCommit')];
  return { beforeCommit: () => ifRequest(beforeCommit), afterCommit: () => ifRequest(afterCommit) };
}

async function ifRequest(stand: () => Promise<void>): Promise<void> {
  if (currentCorrelationId() !== undefined && currentCausationId() === undefined) await stand();
}

/** Everything is done and nothing of the answer has left: Node sends the head together with the first of the body. */
export function standBeforeReply(): void {
  const stand = failpoint('request.beforeReply');
  subscribe('http.server.request.start', (event) => {
    const { request, response } = parseEvent(event);
    if (request?.method === 'GET' || response === undefined) return;
    const end = response.end.bind(response);
    const endLater = (...words: readonly unknown[]): ServerResponse => {
      if (!isArmed('request.beforeReply')) return Reflect.apply(end, response, words);
      void stand().then(() => Reflect.apply(end, response, words));
      return response;
    };
    Object.assign(response, { end: endLater });
  });
}

function parseEvent(event: unknown): { readonly request: IncomingMessage | undefined; readonly response: ServerResponse | undefined } {
  const request: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'request') : undefined;
  const response: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'response') : undefined;
  return {
    request: request instanceof IncomingMessage ? request : undefined,
    response: response instanceof ServerResponse ? response : undefined,
  };
}
