import type { Properties } from '../../provider.ts';
import { numberOf, recordsOf, textOf } from '../../read-value.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** Whether a method of the stage may take one more request. */
export type Throttle = (method: string, resourcePath: string, nowMs: number) => boolean;

interface Limit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

// What an account has in a region when the stage says nothing.
const ACCOUNT_LIMIT: Limit = { ratePerSecond: 10_000, burst: 5000 };

/** The stage's limits hold for each method on its own; a setting of one method goes before that of all. */
export function createThrottle(stage: Properties): Throttle {
  const limits = new Map(recordsOf(stage['MethodSettings']).flatMap(parseLimit));
  const buckets = new Map<string, TokenBucket>();
  return (method, resourcePath, nowMs) => {
    const key = `${resourcePath} ${method}`;
    const bucket =
      buckets.get(key) ?? createBucket(limits.get(key) ?? limits.get(`${resourcePath} *`) ?? limits.get('/* *') ?? ACCOUNT_LIMIT);
    buckets.set(key, bucket);
    return bucket.take(nowMs);
  };
}

function createBucket({ ratePerSecond, burst }: Limit): TokenBucket {
  return createTokenBucket(ratePerSecond, burst);
}

/** In a setting's path `~1` stands for a slash. */
function parseLimit(setting: Properties): readonly (readonly [string, Limit])[] {
  const ratePerSecond = numberOf(setting['ThrottlingRateLimit']);
  const burst = numberOf(setting['ThrottlingBurstLimit']);
  if (ratePerSecond === undefined && burst === undefined) return [];
  const written = (textOf(setting['ResourcePath']) ?? '/*').replaceAll('~1', '/');
  const path = written === '/*' ? written : `/${written.replace(/^\/+/, '')}`;
  const limit = { ratePerSecond: ratePerSecond ?? ACCOUNT_LIMIT.ratePerSecond, burst: burst ?? ACCOUNT_LIMIT.burst };
  return [[`${path} ${textOf(setting['HttpMethod']) ?? '*'}`, limit]];
}
