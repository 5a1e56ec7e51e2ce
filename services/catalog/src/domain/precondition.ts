import { ifMatchMalformed, itemVersionStale } from './errors.ts';

/** Versions a change may be based on; `any` is `If-Match: *`. */
export type ExpectedVersion = 'any' | readonly number[];

const ETAG_LIST = /^\s*(W\/)?"[^"]*"\s*(,\s*(W\/)?"[^"]*"\s*)*$/;
const STRONG_VERSION = /(?<!W\/)"(\d+)"/g;

/** ETag of a version. */
export function formatETag(version: number): string {
  return `"${version}"`;
}

/**
 * Reads an If-Match header. Weak tags never match (RFC 9110 §13.1.1 asks for strong comparison) and neither do tags that
 * are no version of ours, so both are left out.
 * @throws IF_MATCH_MALFORMED
 */
export function parseIfMatch(header: string): ExpectedVersion {
  if (header.trim() === '*') return 'any';
  if (!ETAG_LIST.test(header)) throw ifMatchMalformed();
  return [...header.matchAll(STRONG_VERSION)].map((match) => Number(match[1]));
}

/** True when If-None-Match names this version: the client's copy is good. Weak comparison, as RFC 9110 §13.1.2 asks. */
export function isKnownVersion(ifNoneMatch: string, version: number): boolean {
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === formatETag(version));
}

/** @throws ITEM_VERSION_STALE */
export function assertExpected(item: { readonly id: string; readonly version: number }, expected: ExpectedVersion): void {
  if (expected !== 'any' && !expected.includes(item.version)) throw itemVersionStale(item.id, item.version);
}
