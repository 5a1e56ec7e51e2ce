import type { ResponseHeaders } from '../../edge/exchange.ts';
import type { CachePolicy } from './managed-policies.ts';

// Answers CloudFront keeps; errors, which it keeps for seconds, are asked for again here.
const KEPT_STATUSES = new Set([200, 203, 301, 308]);

/** Seconds an answer may be kept, by the behaviour's policy and the origin's own words; 0 is not at all. */
export function decideLifetimeSeconds(policy: CachePolicy, status: number, headers: ResponseHeaders): number {
  if (policy.maxSeconds === 0 || !KEPT_STATUSES.has(status)) return 0;
  // Somebody's own answer, or one that differs by something the key does not hold.
  if (headers['set-cookie'] !== undefined || variesUnpredictably(headers['vary'])) return 0;
  const directives = parseCacheControl(String(headers['cache-control'] ?? ''));
  // The origin's refusal wins where CloudFront would still keep the answer for the policy's minimum: on a laptop nobody waits for that to pass.
  if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return 0;
  const said = directives.get('s-maxage') ?? directives.get('max-age');
  const seconds = said === undefined ? policy.defaultSeconds : Number(said);
  return Number.isFinite(seconds) ? Math.min(policy.maxSeconds, Math.max(policy.minSeconds, seconds)) : 0;
}

function variesUnpredictably(vary: ResponseHeaders[string]): boolean {
  const names = String(vary ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return names.some((name) => name !== '' && name !== 'accept-encoding');
}

function parseCacheControl(header: string): ReadonlyMap<string, string | undefined> {
  const directives = header
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim().split('='));
  return new Map(directives.map(([name = '', value]) => [name, value]));
}
