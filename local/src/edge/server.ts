import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { UpstreamError, type EdgeHandler, type EdgeRequest } from './exchange.ts';

/** An HTTP server whose every request goes to one handler; whatever the handler throws becomes a 502, or a torn connection. */
export function createEdgeServer(handle: EdgeHandler, onError: (error: unknown, request: EdgeRequest) => void): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const request = toEdgeRequest(incoming, response);
    handle(request, ({ status, headers }) => response.writeHead(status, definedHeaders(headers))).catch((error: unknown) => {
      if (!(error instanceof UpstreamError)) onError(error, request);
      fail(response);
    });
  });
}

function toEdgeRequest(incoming: IncomingMessage, response: ServerResponse): EdgeRequest {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: incoming.headers,
    body: hasBody(incoming) ? detachBody(incoming) : undefined,
    clientAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
    signal: gone.signal,
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * A body that may be given up without harm: whoever destroys an IncomingMessage closes its connection, and whoever stops reading it blocks
 * the next request on that connection. Here the rest is read and thrown away, and the answer still gets through.
 */
function detachBody(incoming: IncomingMessage): Readable {
  const body = new PassThrough();
  incoming.pipe(body);
  incoming.once('error', (error) => body.destroy(error));
  body.once('close', () => {
    incoming.unpipe(body);
    incoming.resume();
  });
  return body;
}

/** After the head it is too late for a status: a torn connection tells the client that the body is incomplete. */
function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(502, { 'content-type': 'text/plain' }).end('Bad Gateway');
}

function definedHeaders(
  headers: Readonly<Record<string, string | string[] | number | undefined>>,
): Record<string, string | string[] | number> {
  const defined: Record<string, string | string[] | number> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) defined[name] = value;
  return defined;
}
