// Passes a page's request on to the API with the session's access token. Headers pass by name in both directions: cookies
// never leave this server, and nothing of the API's own plumbing reaches a browser.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { outgoingHeaders, type RouteRequest, type RouteResponse, withSpan } from '@torii/chassis';
import { type Dispatcher, request as send } from 'undici';
import { decideApiTarget, decideLocation } from '../domain/api-target.ts';
import { upstreamUnavailable } from '../domain/errors.ts';
import type { FrontendContext } from '../use-cases/context.ts';

const REQUEST_HEADERS = ['accept', 'accept-language', 'content-type', 'content-length', 'if-match', 'if-none-match', 'idempotency-key'];
const RESPONSE_HEADERS = [
  'content-type',
  'content-length',
  'content-disposition',
  'content-language',
  'etag',
  'last-modified',
  'cache-control',
  'retry-after',
];

/** @throws SESSION_REQUIRED, SESSION_EXPIRED, API_PATH_UNKNOWN, UPSTREAM_UNAVAILABLE */
export async function passOn(context: FrontendContext, request: RouteRequest): Promise<RouteResponse> {
  const { raw, signal } = request;
  const target = decideApiTarget(context.apiUrl, raw.url ?? '/');
  const session = await context.sessions.get(request);
  const attributes = {
    'http.request.method': raw.method,
    'url.full': `${target.origin}${target.pathname}`,
    'server.address': target.hostname,
  };
  return withSpan(`API ${raw.method}`, { kind: 'client', attributes }, async (span) => {
    const answer = await ask(context, raw, { target, accessToken: session.accessToken, signal });
    span.setAttribute('http.response.status_code', answer.statusCode);
    // The API does not take this token any more: the page is to log in again instead of failing call by call.
    if (answer.statusCode === 401) context.sessions.end(request);
    await relay(context, request, answer);
    return { status: answer.statusCode };
  });
}

interface Call {
  readonly target: URL;
  readonly accessToken: string;
  readonly signal: AbortSignal;
}

async function ask(
  { api }: FrontendContext,
  request: IncomingMessage,
  { target, accessToken, signal }: Call,
): Promise<Dispatcher.ResponseData> {
  try {
    return await send(target, {
      dispatcher: api,
      method: parseMethod(request.method ?? 'GET'),
      headers: { ...pick(request.headers, REQUEST_HEADERS), ...outgoingHeaders(), authorization: `Bearer ${accessToken}` },
      body: hasBody(request) ? request : null,
      signal,
    });
  } catch (error) {
    throw upstreamUnavailable(error);
  }
}

/** Streams the answer; a caller who hangs up in between ends the transfer and nothing else. */
async function relay(
  { apiUrl, logger }: FrontendContext,
  { rawResponse: response, correlationId }: RouteRequest,
  answer: Dispatcher.ResponseData,
): Promise<void> {
  const { location } = answer.headers;
  response.statusCode = answer.statusCode;
  response.setHeader('x-correlation-id', correlationId);
  for (const [name, value] of Object.entries(pick(answer.headers, RESPONSE_HEADERS))) response.setHeader(name, value);
  if (typeof location === 'string') response.setHeader('location', decideLocation(apiUrl, location));
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
  try {
    await pipeline(answer.body, response);
  } catch (error) {
    logger.info({ err: error }, 'answer of the API was not passed on to its end');
  }
}

function pick(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string | string[]> {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function hasBody(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
}

function parseMethod(method: string): Dispatcher.HttpMethod {
  return method as Dispatcher.HttpMethod;
}
