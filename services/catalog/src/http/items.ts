import type { RouteResponse } from '@torii/chassis';
import { ifMatchRequired } from '../domain/errors.ts';
import type { CatalogItem } from '../domain/item.ts';
import { type ExpectedVersion, formatETag, isKnownVersion, parseIfMatch } from '../domain/precondition.ts';

export function presentItem(item: CatalogItem): RouteResponse {
  return { status: 200, headers: { etag: formatETag(item.version) }, body: item };
}

/** 304 when the client's copy is this version. */
export function presentItemUnlessKnown(item: CatalogItem, ifNoneMatch: string | undefined): RouteResponse {
  if (ifNoneMatch === undefined || !isKnownVersion(ifNoneMatch, item.version)) return presentItem(item);
  return { status: 304, headers: { etag: formatETag(item.version) } };
}

export function presentCreatedItem(item: CatalogItem, apiBasePath: string): RouteResponse {
  const location = `${apiBasePath}/catalog/items/${item.id}`;
  return { status: 201, headers: { location, etag: formatETag(item.version) }, body: item };
}

/** @throws IF_MATCH_REQUIRED, IF_MATCH_MALFORMED */
export function requireIfMatch(header: string | undefined): ExpectedVersion {
  if (header === undefined) throw ifMatchRequired();
  return parseIfMatch(header);
}
