import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';

/** A request on its way through CloudFront, API Gateway and the load balancer: one process, so no hop in between is on the wire. */
export interface EdgeRequest {
  readonly method: string;
  /** With the query, as it came: never decoded or normalized. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | undefined;
  readonly clientAddress: string;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** How long the caller waits for the answer to begin; the load balancer has a limit of its own. */
  readonly patienceMs?: number;
}

export interface ResponseHead {
  readonly status: number;
  readonly headers: ResponseHeaders;
}

export type ResponseHeaders = Readonly<Record<string, string | string[] | number | undefined>>;

/** Sends the head and gives the stream for the body. Called at most once; layers wrap it to change what passes. */
export type Respond = (head: ResponseHead) => Writable;

/** Resolves when the response has been sent. Throws `UpstreamError` when there is none to send. */
export type EdgeHandler = (request: EdgeRequest, respond: Respond) => Promise<void>;

/** Why an answer could not be had. */
export class UpstreamError extends Error {
  readonly kind: 'unreachable' | 'timeout' | 'broken' | 'client-gone';
  constructor(kind: UpstreamError['kind'], message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** A whole response at once. */
export function respondWith(respond: Respond, head: ResponseHead, body: string): void {
  respond({ status: head.status, headers: { ...head.headers, 'content-length': Buffer.byteLength(body) } }).end(body);
}

// RFC 9110, section 7.6.1: these speak of one connection and must not travel to the next. `expect` was answered here already.
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** The headers without those that belong to one connection, the ones its `Connection` header names included. */
export function withoutHopByHop<T>(headers: Readonly<Record<string, T>>): Record<string, T> {
  const named = headers['connection'];
  const extra = typeof named === 'string' && named.includes(',') ? named.toLowerCase().split(/\s*,\s*/) : [];
  const kept: Record<string, T> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !HOP_BY_HOP.has(name) && !extra.includes(name)) kept[name] = value;
  }
  return kept;
}

export function firstHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The path without its query. */
export function pathOf(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

/** The query without its question mark. */
export function queryOf(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? '' : path.slice(query + 1);
}
