import { randomUUID } from 'node:crypto';
import { PassThrough, type Writable } from 'node:stream';
import {
  firstHeader,
  pathOf,
  respondWith,
  UpstreamError,
  type EdgeHandler,
  type EdgeRequest,
  type Respond,
  type ResponseHead,
} from '../../edge/exchange.ts';
import { decideLifetimeSeconds } from './cache-lifetime.ts';
import { chooseEncoding, compressedHead, compressInto, isCompressible, type Encoding } from './compression.ts';
import type { CachedResponse, MemoryCache } from './memory-cache.ts';
import type { Behavior, DistributionSettings, Origin } from './settings.ts';

export interface DistributionParts {
  readonly settings: DistributionSettings;
  /** The listener an origin's VPC origin leads to. */
  readonly listenerOf: (origin: Origin) => EdgeHandler;
  readonly cache: MemoryCache;
  readonly now: () => number;
}

/** CloudFront: chooses the behaviour by path, answers from memory when it may, else asks the origin. */
export function createDistributionHandler(parts: DistributionParts): EdgeHandler {
  const origins = new Map(parts.settings.origins.map((origin) => [origin.id, { origin, listener: parts.listenerOf(origin) }]));
  return async (request, respond) => {
    const behavior = parts.settings.behaviors.find((candidate) => candidate.matches(pathOf(request.path)));
    const found = origins.get(behavior?.originId ?? '');
    if (behavior === undefined || found === undefined) throw new Error(`${request.path} has no origin`);
    const requestId = createRequestId();
    const answer = withOwnHeaders({ behavior, requestId }, respond);
    if (!behavior.methods.has(request.method)) {
      respondWithPage(answer, 403, 'This distribution is not configured to allow the HTTP request method that was used for this request.');
      return;
    }
    await serve({ ...parts, ...found, behavior, requestId }, request, answer).catch((error: unknown) => {
      if (!(error instanceof UpstreamError) || error.kind === 'client-gone') throw error;
      respondWithPage(answer, error.kind === 'timeout' ? 504 : 502, 'CloudFront could not get an answer from the origin.');
    });
  };
}

interface Route {
  readonly behavior: Behavior;
  /** Told to the viewer and to the origin. */
  readonly requestId: string;
  readonly origin: Origin;
  readonly listener: EdgeHandler;
  readonly cache: MemoryCache;
  readonly now: () => number;
}

async function serve(route: Route, request: EdgeRequest, respond: Respond): Promise<void> {
  const encoding = chooseEncoding(firstHeader(request.headers, 'accept-encoding'), route.behavior.cache.encodings);
  const key = cacheKey(route.behavior, request, encoding);
  const cached = key === undefined ? undefined : route.cache.find(key, route.now());
  if (cached !== undefined) {
    answerFromCache(cached, { request, respond, nowMs: route.now() });
    return;
  }
  const onHead: Respond = (head) => {
    const compressing =
      encoding !== undefined && route.behavior.compress && request.method !== 'HEAD' && isCompressible(head) ? encoding : undefined;
    const sent = compressing === undefined ? head : compressedHead(head, compressing);
    const client = respond({ status: sent.status, headers: { ...sent.headers, 'x-cache': 'Miss from cloudfront' } });
    const kept = key === undefined ? client : keepCopy(route, { key, head: sent, client });
    return compressing === undefined ? kept : compressInto(kept, compressing);
  };
  await route.listener(toOriginRequest(route, request, encoding), onHead);
}

/** Undefined when neither the behaviour nor the request allows an answer from memory. */
function cacheKey({ cache }: Behavior, request: EdgeRequest, encoding: Encoding | undefined): string | undefined {
  const cacheable = cache.maxSeconds > 0 && request.method === 'GET' && request.headers.range === undefined;
  if (!cacheable) return undefined;
  return `${cache.byQuery ? request.path : pathOf(request.path)} ${encoding ?? 'identity'}`;
}

function answerFromCache(
  cached: CachedResponse,
  { request, respond, nowMs }: { readonly request: EdgeRequest; readonly respond: Respond; readonly nowMs: number },
): void {
  const headers = { ...cached.headers, age: Math.floor((nowMs - cached.storedAtMs) / 1000), 'x-cache': 'Hit from cloudfront' };
  const etag = cached.headers['etag'];
  if (etag !== undefined && firstHeader(request.headers, 'if-none-match') === etag) {
    respond({ status: 304, headers }).end();
    return;
  }
  respond({ status: cached.status, headers: { ...headers, 'content-length': cached.body.length } }).end(cached.body);
}

// A file larger than this passes through without being remembered.
const LARGEST_KEPT_BYTES = 8 * 1024 * 1024;

/** Passes the body on and remembers it, once it has been sent whole. */
function keepCopy(
  route: Route,
  { key, head, client }: { readonly key: string; readonly head: ResponseHead; readonly client: Writable },
): Writable {
  const seconds = decideLifetimeSeconds(route.behavior.cache, head.status, head.headers);
  if (seconds === 0) return client;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const copy = new PassThrough();
  copy.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LARGEST_KEPT_BYTES) chunks.push(chunk);
  });
  copy.once('end', () => {
    if (bytes > LARGEST_KEPT_BYTES) return;
    const storedAtMs = route.now();
    const { 'content-length': _length, ...headers } = head.headers;
    route.cache.store(key, {
      status: head.status,
      headers,
      body: Buffer.concat(chunks),
      storedAtMs,
      expiresAtMs: storedAtMs + seconds * 1000,
    });
  });
  copy.pipe(client);
  client.once('close', () => copy.destroy());
  return copy;
}

/** What the policies let through to the origin: all of the viewer's request, or only what the cache key holds. */
function toOriginRequest({ behavior, origin, requestId }: Route, request: EdgeRequest, encoding: Encoding | undefined): EdgeRequest {
  const { originRequest, cache } = behavior;
  const viewer = originRequest.allHeaders ? request.headers : bodyHeaders(request);
  const headers: EdgeRequest['headers'] = {
    ...viewer,
    ...origin.headers,
    'x-forwarded-for': [request.headers['x-forwarded-for'], request.clientAddress].flat().filter(Boolean).join(', '),
    'x-amz-cf-id': requestId,
    via: '1.1 cloudfront.net (CloudFront)',
  };
  if (!originRequest.host) headers.host = origin.domainName;
  if (!originRequest.allHeaders) headers['user-agent'] = 'Amazon CloudFront';
  if (cache.encodings.length > 0) headers['accept-encoding'] = encoding ?? 'identity';
  const path = originRequest.allQuery || cache.byQuery ? request.path : pathOf(request.path);
  return { ...request, path, headers, patienceMs: origin.readTimeoutMs };
}

/** What describes the body, and what makes it conditional or partial: CloudFront passes these under any policy. */
function bodyHeaders({ headers }: EdgeRequest): EdgeRequest['headers'] {
  const names = ['content-type', 'content-length', 'transfer-encoding', 'range', 'if-none-match', 'if-modified-since'];
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function withOwnHeaders({ behavior, requestId }: Pick<Route, 'behavior' | 'requestId'>, respond: Respond): Respond {
  return ({ status, headers }) => {
    const added = Object.entries(behavior.responseHeaders).flatMap(([name, { value, override }]) =>
      override || headers[name] === undefined ? [[name, value]] : [],
    );
    const own = {
      via: '1.1 cloudfront.net (CloudFront)',
      'x-amz-cf-id': requestId,
      'x-cache': headers['x-cache'] ?? 'Error from cloudfront',
    };
    return respond({ status, headers: { ...headers, ...Object.fromEntries(added), ...own } });
  };
}

function respondWithPage(respond: Respond, status: number, text: string): void {
  const body = `<!doctype html><html lang="en"><title>ERROR: The request could not be satisfied</title><h1>${status} ERROR</h1><p>${text}</p></html>\n`;
  respondWith(respond, { status, headers: { server: 'CloudFront', 'content-type': 'text/html', 'cache-control': 'no-store' } }, body);
}

/** Not as long as CloudFront's own: nothing here takes it apart. */
function createRequestId(): string {
  return randomUUID();
}
