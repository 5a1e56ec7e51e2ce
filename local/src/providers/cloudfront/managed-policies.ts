/** What CloudFront keeps, for how long, and what tells one answer from another. */
export interface CachePolicy {
  readonly minSeconds: number;
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  /** Whether the query is part of the key, and so reaches the origin. */
  readonly byQuery: boolean;
  /** Encodings CloudFront asks the origin for and compresses to itself. */
  readonly encodings: readonly ('br' | 'gzip')[];
}

/** What reaches the origin besides the cache key. */
export interface OriginRequestPolicy {
  readonly allHeaders: boolean;
  readonly host: boolean;
  readonly allQuery: boolean;
}

const BOTH = ['br', 'gzip'] as const;
const DAY = 86_400;
const YEAR = 31_536_000;

// Ids and values of the managed policies: "Use managed cache policies" and "Use managed origin request policies" in CloudFront's guide.
const CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = {
  // CachingDisabled
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { minSeconds: 0, defaultSeconds: 0, maxSeconds: 0, byQuery: false, encodings: [] },
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': { minSeconds: 1, defaultSeconds: DAY, maxSeconds: YEAR, byQuery: false, encodings: BOTH },
  // CachingOptimizedForUncompressedObjects
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': { minSeconds: 1, defaultSeconds: DAY, maxSeconds: YEAR, byQuery: false, encodings: [] },
  // UseOriginCacheControlHeaders-QueryStrings
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': { minSeconds: 0, defaultSeconds: 0, maxSeconds: YEAR, byQuery: true, encodings: BOTH },
};

const ORIGIN_REQUEST_POLICIES: Readonly<Record<string, OriginRequestPolicy>> = {
  // AllViewer
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { allHeaders: true, host: true, allQuery: true },
  // AllViewerExceptHostHeader
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': { allHeaders: true, host: false, allQuery: true },
};

/** A header that the response gets; `override` replaces the origin's own. */
export interface AddedHeader {
  readonly value: string;
  readonly override: boolean;
}

const RESPONSE_HEADERS_POLICIES: Readonly<Record<string, Readonly<Record<string, AddedHeader>>>> = {
  // SecurityHeadersPolicy. Browsers ignore the first over http, so it does no harm on localhost.
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    'strict-transport-security': { value: 'max-age=31536000', override: false },
    'x-content-type-options': { value: 'nosniff', override: true },
    'x-frame-options': { value: 'SAMEORIGIN', override: false },
    'x-xss-protection': { value: '1; mode=block', override: false },
    'referrer-policy': { value: 'strict-origin-when-cross-origin', override: false },
  },
};

/** @throws Error for a policy that is neither managed and known here, nor absent */
export function findCachePolicy(id: string | undefined): CachePolicy {
  return find(CACHE_POLICIES, id, 'cache policy');
}

/** Without a policy only what the cache key holds reaches the origin. @throws Error for an unknown policy */
export function findOriginRequestPolicy(id: string | undefined): OriginRequestPolicy {
  return id === undefined
    ? { allHeaders: false, host: false, allQuery: false }
    : find(ORIGIN_REQUEST_POLICIES, id, 'origin request policy');
}

/** @throws Error for an unknown policy */
export function findResponseHeaders(id: string | undefined): Readonly<Record<string, AddedHeader>> {
  return id === undefined ? {} : find(RESPONSE_HEADERS_POLICIES, id, 'response headers policy');
}

function find<P>(policies: Readonly<Record<string, P>>, id: string | undefined, kind: string): P {
  const policy = policies[id ?? ''];
  if (policy === undefined) throw new Error(`The ${kind} ${id ?? '(none)'} is not known on this machine`);
  return policy;
}
