import type { Request, Response } from 'express';
import type { RouteResponse } from './route.ts';

/** For answers that no page embeds or renders. A route, or a page server's middleware, may say otherwise. */
const JSON_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** Writes headers and body in one go, unless the caller has gone. */
export function sendResponse(request: Request, response: Response, answer: RouteResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.body === undefined) {
    response.end();
    return;
  }
  const isRaw = typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
  // A string, not bytes: Node then sends it in one write with the headers, which halves the cost of a small answer.
  const body = isRaw ? parseRaw(answer.body) : JSON.stringify(answer.body);
  if (!isRaw) for (const [name, value] of Object.entries(JSON_HEADERS)) if (!response.hasHeader(name)) response.setHeader(name, value);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(request.method === 'HEAD' ? undefined : body);
}

function parseRaw(body: unknown): string | Buffer {
  return body as string | Buffer;
}
