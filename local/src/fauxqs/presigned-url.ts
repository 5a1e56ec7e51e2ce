// Decides about a presigned URL as S3 does: expiry, the signature over method, path, query and signed headers, and no
// `x-amz-` header beside the signed ones. fauxqs looked at none of it.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface HttpRequest {
  readonly method: string;
  /** Path and query exactly as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
/** An error response of S3. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A week, S3's own limit. */
const MAX_EXPIRES_SECONDS = 604_800;
/** How far the signer's clock may be ahead. */
const MAX_SKEW_MS = 15 * 60_000;

export function isPresigned(url: string): boolean {
  return /[?&]X-Amz-Signature=/i.test(url);
}

/** The reason to refuse, or undefined when the URL is good now. */
export function findPresignFault(request: HttpRequest, credentials: Credentials, now: Date): Refusal | undefined {
  const { path, query } = splitUrl(request.url);
  const parameters = parseParameters(query);
  if (parameters === undefined)
    return {
      status: 400,
      code: 'AuthorizationQueryParametersError',
      message:
        'Query-string authentication requires X-Amz-Algorithm=AWS4-HMAC-SHA256, Credential, Date, Expires, SignedHeaders and Signature',
    };
  if (parameters.accessKeyId !== credentials.accessKeyId)
    return denied('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  const timeFault = findTimeFault(parameters, now);
  if (timeFault !== undefined) return timeFault;
  const unsigned = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-') && !parameters.signedHeaders.includes(name));
  if (unsigned.length > 0)
    return denied('AccessDenied', `There were headers present in the request which were not signed: ${unsigned.join(', ')}`);
  const expected = sign(request, { path, query, parameters, credentials });
  return isSame(expected, parameters.signature)
    ? undefined
    : denied(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      );
}

interface Parameters {
  readonly accessKeyId: string;
  readonly scope: readonly [day: string, region: string, service: string];
  /** `yyyymmddThhmmssZ`. */
  readonly date: string;
  readonly expiresSeconds: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
}
type Query = readonly (readonly [name: string, value: string])[];

function splitUrl(url: string): { path: string; query: Query } {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: [] };
  const query = url
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? ([decode(pair), ''] as const) : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const);
    });
  return { path: url.slice(0, mark), query };
}

/** Every one is required; a URL with another form is no presigned one. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'X-Amz-Algorithm': /^AWS4-HMAC-SHA256$/,
  'X-Amz-Credential': /^[^/]+\/\d{8}\/[^/]+\/[^/]+\/aws4_request$/,
  'X-Amz-Date': /^\d{8}T\d{6}Z$/,
  'X-Amz-Expires': /^\d+$/,
  'X-Amz-SignedHeaders': /^[\w;-]+$/,
  'X-Amz-Signature': /^[0-9a-f]{64}$/,
};

function parseParameters(query: Query): Parameters | undefined {
  const values = new Map(query);
  const read = (name: string): string => values.get(`X-Amz-${name}`) ?? '';
  if (!Object.entries(FORMS).every(([name, form]) => form.test(values.get(name) ?? ''))) return undefined;
  const [accessKeyId = '', day = '', region = '', service = ''] = read('Credential').split('/');
  if (!read('Date').startsWith(day)) return undefined;
  return {
    accessKeyId,
    scope: [day, region, service],
    date: read('Date'),
    expiresSeconds: Number(read('Expires')),
    signedHeaders: read('SignedHeaders').split(';'),
    signature: read('Signature'),
    payloadHash: values.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function findTimeFault({ date, expiresSeconds }: Parameters, now: Date): Refusal | undefined {
  if (expiresSeconds < 1 || expiresSeconds > MAX_EXPIRES_SECONDS)
    return { status: 400, code: 'AuthorizationQueryParametersError', message: 'X-Amz-Expires must be between 1 and 604800 seconds' };
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (signedAt > now.getTime() + MAX_SKEW_MS) return denied('AccessDenied', 'Request is not valid yet');
  return now.getTime() > signedAt + expiresSeconds * 1000 ? denied('AccessDenied', 'Request has expired') : undefined;
}

interface SigningInput {
  readonly path: string;
  readonly query: Query;
  readonly parameters: Parameters;
  readonly credentials: Credentials;
}

function sign(request: HttpRequest, { path, query, parameters, credentials }: SigningInput): string {
  const canonicalQuery = query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([leftName, leftValue], [rightName, rightValue]) => compareBytes(leftName, rightName) || compareBytes(leftValue, rightValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const canonicalHeaders = parameters.signedHeaders.map((name) => `${name}:${headerValue(request, name)}\n`).join('');
  const canonicalPath = path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
  const canonicalRequest = [
    request.method,
    canonicalPath,
    canonicalQuery,
    canonicalHeaders,
    parameters.signedHeaders.join(';'),
    parameters.payloadHash,
  ].join('\n');
  const scope = [...parameters.scope, 'aws4_request'].join('/');
  const text = ['AWS4-HMAC-SHA256', parameters.date, scope, createHash('sha256').update(canonicalRequest).digest('hex')].join('\n');
  const key = [...parameters.scope, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

/** A signed header that the request lacks counts as empty, so the signature cannot match. */
function headerValue(request: HttpRequest, name: string): string {
  const value = request.headers[name] ?? '';
  return (typeof value === 'string' ? value : value.join(',')).trim().replace(/ +/g, ' ');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: `encodeURIComponent` leaves five characters that AWS encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function denied(code: string, message: string): Refusal {
  return { status: 403, code, message };
}
