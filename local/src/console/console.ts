// The console's listener: pages for people and JSON for tools, contributed as routes. It answers to localhost only, so that
// a web page cannot read mails and traces through a name that resolves to 127.0.0.1.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, isLocalRequest, listen } from '../http-server.ts';
import type { LocalContext } from '../provider.ts';
import { jsonReply } from './layout.ts';
import type { ConsoleReply, ConsoleRoute } from './route.ts';

export interface Console {
  /** Resolves with the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

export function createConsole(options: {
  readonly port: number;
  readonly routes: readonly ConsoleRoute[];
  readonly log: LocalContext['log'];
}): Console {
  const server = createServer((request, response) => {
    answer(options.routes, request)
      .catch((error: unknown) => {
        options.log('error', `The console cannot answer ${request.url}: ${error instanceof Error ? error.message : String(error)}`);
        return jsonReply({ message: 'This page cannot be shown: see the log of the platform' }, 500);
      })
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });
  return { start: () => listen(server, options.port), stop: () => close(server) };
}

async function answer(routes: readonly ConsoleRoute[], request: IncomingMessage): Promise<ConsoleReply> {
  if (!isLocalRequest(request)) return jsonReply({ message: 'The console answers to localhost only' }, 403);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const route = findRoute(routes, request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'), url.pathname);
  return route === undefined ? jsonReply({ message: `${url.pathname} is no page of the console` }, 404) : route.handle(request, url);
}

function findRoute(routes: readonly ConsoleRoute[], method: string, path: string): ConsoleRoute | undefined {
  const candidates = routes.filter((route) => route.method === method);
  return (
    candidates.find((route) => route.path === path) ??
    candidates.find((route) => route.path.endsWith('/*') && path.startsWith(route.path.slice(0, -1)))
  );
}

/** Everything is inline, nothing comes from elsewhere. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

function send(response: ServerResponse, { status, headers, body }: ConsoleReply): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
