import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import type { z } from 'zod';
import { readJsonBody } from './read-json-body.ts';
import { invalidRequest } from './problem.ts';
import type { ParsedRequest, RouteRequest, User } from './route.ts';
import type { RouteMatch } from './router.ts';

/** What the server knows of a request before its route sees it. */
export interface RequestScope {
  readonly raw: IncomingMessage;
  readonly rawResponse: ServerResponse;
  readonly user: User | undefined;
  readonly correlationId: string;
}

/**
 * Checks every part of a request against its route's schemas: path, query and headers before the body is read.
 * @throws REQUEST_INVALID and what `readJsonBody` throws
 */
export async function parseRequest({ route, params }: RouteMatch, scope: RequestScope): Promise<ParsedRequest> {
  const { raw } = scope;
  const parts = {
    params: parsePart('path', route.params, params),
    query: parsePart('query', route.query, route.query === undefined ? {} : queryOf(raw.url)),
    headers: parsePart('headers', route.headers, raw.headers),
    body: route.body === undefined ? undefined : parsePart('body', route.body, await readJsonBody(raw, route.maxBodyBytes)),
  };
  return parseChecked(new CheckedRequest(parts, scope));
}

/** The schemas of the route are what it was checked against. */
function parseChecked(request: unknown): ParsedRequest {
  return request as ParsedRequest;
}

/** A class for its getter's sake: objects that bring a getter of their own each get a hidden class of their own, and stay till the next full collection. */
class CheckedRequest implements RequestScope {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly raw: IncomingMessage;
  readonly rawResponse: ServerResponse;
  readonly user: User | undefined;
  readonly correlationId: string;
  #signal: AbortSignal | undefined;

  constructor(parts: Pick<RouteRequest, 'params' | 'query' | 'headers' | 'body'>, scope: RequestScope) {
    this.params = parts.params;
    this.query = parts.query;
    this.headers = parts.headers;
    this.body = parts.body;
    this.raw = scope.raw;
    this.rawResponse = scope.rawResponse;
    this.user = scope.user;
    this.correlationId = scope.correlationId;
  }

  /** Made for the few routes that ask for it: a signal and its listener cost as much as finding the route. */
  get signal(): AbortSignal {
    this.#signal ??= abortedByCaller(this.rawResponse);
    return this.#signal;
  }
}

function parsePart(part: 'body' | 'query' | 'path' | 'headers', schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(part, result.error);
  return result.data;
}

/** A name that comes twice has a list of values. */
function queryOf(url = ''): unknown {
  const start = url.indexOf('?');
  return start === -1 ? {} : parseQuery(url.slice(start + 1));
}

function abortedByCaller(response: ServerResponse): AbortSignal {
  if (response.destroyed) return AbortSignal.abort();
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  return abort.signal;
}
