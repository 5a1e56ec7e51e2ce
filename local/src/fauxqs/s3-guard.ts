// What real S3 answers before, or instead of, fauxqs. Everything here is a hook of the server; what the stores get wrong
// is repaired in `stores.ts`, `queue.ts` and `persistence.ts`.
import { findChecksumMismatch } from './checksum.ts';
import { type CorsRule, type CrossOriginRequest, corsHeaders, findCorsRule } from './cors.ts';
import type { App, ObjectStore } from './internals.ts';
import { isStorableKey } from './persistence.ts';
import { type Credentials, findPresignFault, type HttpRequest, isPresigned, type Refusal } from './presigned-url.ts';

export interface S3GuardOptions {
  readonly objects: ObjectStore;
  readonly credentials: Credentials;
  corsRules(bucket: string): readonly CorsRule[];
}

/** Largest body of one PUT; fauxqs stops at 11 MiB, S3 at 5 GiB, and here a body is held in memory. */
const MAX_BODY_BYTES = 200 * 1024 * 1024;

/** fauxqs took these for plain requests: PutObjectTagging, for one, overwrote the object with the tagging document. */
const UNSUPPORTED = new Set(
  (
    'accelerate acl analytics cors encryption inventory legal-hold logging metrics notification object-lock ownershipControls policy ' +
    'policyStatus publicAccessBlock replication requestPayment restore retention select tagging torrent versioning versions website'
  ).split(' '),
);

export function guardS3(app: App, options: S3GuardOptions): void {
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    const target = parseTarget(request.raw.method ?? 'GET', request.url);
    if (target === undefined) return;
    const { origin } = request.headers;
    const rules = options.corsRules(target.bucket);
    if (request.method === 'OPTIONS') {
      const answer = answerPreflight(rules, request.headers);
      return reply.code(answer.status).headers(answer.headers).send();
    }
    if (origin !== undefined) reply.headers(crossOriginHeaders(rules, { origin, method: request.method, headers: [] }));
    const refusal = findRefusal(target, request.headers, options.credentials);
    if (refusal !== undefined) return reply.code(refusal.status).type('application/xml').send(toXml(refusal));
  });

  app.addHook('preHandler', async (request, reply) => {
    const target = parseTarget(request.method, request.url);
    if (target === undefined || target.key === '' || request.method !== 'PUT') return;
    // fauxqs answered 500 to an empty object: without a body nothing was parsed.
    if (!Buffer.isBuffer(request.body)) request.body = Buffer.alloc(0);
    const promised = { ...stringHeaders(request.headers), ...Object.fromEntries(target.query) };
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const refusal = findWriteRefusal(target, promised, body) ?? findOverwrite(target, request.headers, options.objects);
    if (refusal !== undefined) return reply.code(refusal.status).type('application/xml').send(toXml(refusal));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const target = parseTarget(request.method, request.url);
    if (target !== undefined && reply.statusCode < 300) for (const [name, value] of responseOverrides(target)) reply.header(name, value);
    return payload;
  });
}

interface Target {
  readonly method: string;
  readonly url: string;
  readonly bucket: string;
  /** Empty for a request about the bucket. */
  readonly key: string;
  /** Names in lower case. */
  readonly query: ReadonlyMap<string, string>;
}

/** Undefined for SQS, SNS and fauxqs's own pages. */
function parseTarget(method: string, url: string): Target | undefined {
  const { pathname, searchParams } = new URL(`http://localhost${url}`);
  if (pathname === '/' || pathname === '/health' || pathname.startsWith('/_fauxqs/')) return undefined;
  // Not `pathname`: URL parsing would fold `..` away before anybody could refuse it.
  const [bucket = '', ...key] = decodePath(url.split('?', 1)[0] ?? '')
    .slice(1)
    .split('/');
  return {
    method,
    url,
    bucket,
    key: key.join('/'),
    query: new Map([...searchParams].map(([name, value]) => [name.toLowerCase(), value])),
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function findRefusal(target: Target, headers: HttpRequest['headers'], credentials: Credentials): Refusal | undefined {
  const unsupported = [...target.query.keys()].find((name) => UNSUPPORTED.has(name));
  if (unsupported !== undefined) return { status: 501, code: 'NotImplemented', message: `?${unsupported} does not work on this machine` };
  if (!isStorableKey(target.key))
    return {
      status: 400,
      code: 'InvalidArgument',
      message: 'This key cannot be kept on this machine: a part of it is . or .., or is too long',
    };
  if (isPresigned(target.url)) return findPresignFault({ method: target.method, url: target.url, headers }, credentials, new Date());
  return headers['authorization'] === undefined ? { status: 403, code: 'AccessDenied', message: 'Access Denied' } : undefined;
}

function findWriteRefusal(target: Target, promised: Readonly<Record<string, string>>, body: Buffer): Refusal | undefined {
  // In aws-chunked bodies the checksum is a trailer over the decoded bytes; the SDK that wrote it has just computed it.
  if (target.query.has('partnumber') || promised['content-encoding']?.includes('aws-chunked') || promised['x-amz-copy-source'])
    return undefined;
  const algorithm = findChecksumMismatch(promised, body);
  return algorithm === undefined
    ? undefined
    : { status: 400, code: 'BadDigest', message: `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.` };
}

function findOverwrite(target: Target, headers: HttpRequest['headers'], objects: ObjectStore): Refusal | undefined {
  if (headers['if-none-match'] !== '*' || !hasObject(objects, target)) return undefined;
  return { status: 412, code: 'PreconditionFailed', message: 'At least one of the pre-conditions you specified did not hold' };
}

function hasObject(objects: ObjectStore, { bucket, key }: Target): boolean {
  try {
    objects.headObject(bucket, key);
    return true;
  } catch {
    return false;
  }
}

function answerPreflight(
  rules: readonly CorsRule[],
  headers: HttpRequest['headers'],
): { readonly status: number; readonly headers: Readonly<Record<string, string>> } {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': names } = stringHeaders(headers);
  if (origin === undefined || method === undefined) return { status: 400, headers: {} };
  const asked = (names ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const allowed = crossOriginHeaders(rules, { origin, method, headers: asked });
  return { status: Object.keys(allowed).length > 0 ? 200 : 403, headers: allowed };
}

function crossOriginHeaders(rules: readonly CorsRule[], request: CrossOriginRequest): Readonly<Record<string, string>> {
  const rule = findCorsRule(rules, request);
  return rule === undefined ? {} : corsHeaders(rule, request);
}

/** `response-content-disposition` and its like, which name a download. */
function responseOverrides({ method, query }: Target): readonly (readonly [name: string, value: string])[] {
  if (method !== 'GET') return [];
  return [...query].filter(([name]) => name.startsWith('response-')).map(([name, value]) => [name.slice('response-'.length), value]);
}

function stringHeaders(headers: HttpRequest['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

function toXml({ code, message }: Refusal): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
}
