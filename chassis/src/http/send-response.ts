import type { Request, Response } from 'express';
import type { RouteResponse } from './route.ts';

/** For answers that no page embeds or renders. A route, or a page server's middleware, may say otherwise. */
const JSON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

export function sendResponse(request: Request, response: Response, answer: RouteResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.body === undefined) {
    response.end();
    return;
  }
  const isJson = typeof answer.body !== 'string' && !Buffer.isBuffer(answer.body);
  const bytes =
    typeof answer.body === 'string'
      ? Buffer.from(answer.body)
      : Buffer.isBuffer(answer.body)
        ? answer.body
        : Buffer.from(JSON.stringify(answer.body));
  if (isJson) {
    setMissing(response, 'content-type', 'application/json; charset=utf-8');
    for (const [name, value] of Object.entries(JSON_HEADERS)) setMissing(response, name, value);
  }
  response.setHeader('content-length', bytes.length);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function setMissing(response: Response, name: string, value: string): void {
  if (!response.hasHeader(name)) response.setHeader(name, value);
}
