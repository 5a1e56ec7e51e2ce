import { apiPathUnknown } from './errors.ts';

/** Where browsers reach the API through this server. */
export const API_PREFIX = '/bff/api';

/** The API's own front door has more behind it than pages need. */
const OPEN_PATHS = ['identity', 'catalog', 'jobs'];

/**
 * The API's address for a request that came to `/bff/api/…`.
 * @param url path and query exactly as they came
 * @throws API_PATH_UNKNOWN for anything outside the open paths, however it is spelled
 */
export function decideApiTarget(apiUrl: string, url: string): URL {
  const [path, query] = splitOnce(url.slice(API_PREFIX.length), '?');
  // An encoded slash, dot or backslash means one thing here and another to who decodes it later.
  if (/%2f|%2e|%5c|\\|\/\//i.test(path)) throw apiPathUnknown();
  const target = new URL(`${apiUrl}${path}${query === undefined ? '' : `?${query}`}`);
  const base = new URL(apiUrl).pathname.replace(/\/$/, '');
  const isOpen = OPEN_PATHS.some((open) => target.pathname === `${base}/${open}` || target.pathname.startsWith(`${base}/${open}/`));
  if (!isOpen) throw apiPathUnknown();
  return target;
}

/** `Location: /v1/jobs/1` or with the API's origin → `/bff/api/jobs/1`; what points elsewhere stays. */
export function decideLocation(apiUrl: string, location: string): string {
  const base = new URL(apiUrl);
  const target = new URL(location, base);
  const prefix = `${base.pathname.replace(/\/$/, '')}/`;
  if (target.origin !== base.origin || !target.pathname.startsWith(prefix)) return location;
  return `${API_PREFIX}/${target.pathname.slice(prefix.length)}${target.search}`;
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
