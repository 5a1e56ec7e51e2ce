import type { IncomingMessage } from 'node:http';
import type { RequestGuard } from '@torii/chassis';
import { crossSiteRequest } from '../domain/errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets only this app's own pages change anything: a request of another site can carry the cookie, but neither a header of
 * our own (without CORS, which we never grant) nor a same-origin mark that the browser itself writes. Whatever the path:
 * routes are found in any case (`/BFF/session`), and a guard that looks at the path is passed by another spelling.
 */
export const assertOwnRequest: RequestGuard = (request) => {
  const reason = SAFE_METHODS.has(request.method ?? '') ? undefined : findFault(request);
  if (reason !== undefined) throw crossSiteRequest(reason);
};

function findFault({ headers }: IncomingMessage): string | undefined {
  if (headers['x-torii-request'] !== '1') return 'the header X-Torii-Request: 1 is missing';
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? undefined : 'it comes from another site';
  // Browsers before 2023 and programs do not say; then the origin, if there is one, must be this host.
  const { origin, host } = headers;
  return origin === undefined || hostOf(origin) === host ? undefined : 'it comes from another origin';
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
