import type { MountHandler } from '@torii/chassis';
import type { Request } from 'express';
import { crossSiteRequest } from '../domain/errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets only this app's own pages change anything: a request of another site can carry the cookie, but neither a header of
 * our own (without CORS, which we never grant) nor a same-origin mark that the browser itself writes. Whatever the path:
 * routes are found in any case (`/BFF/session`), and a guard that looks at the path is passed by another spelling.
 */
export const assertOwnRequest: MountHandler = (request, _response, next) => {
  const reason = SAFE_METHODS.has(request.method) ? undefined : findFault(request);
  next(reason === undefined ? undefined : crossSiteRequest(reason));
};

function findFault(request: Request): string | undefined {
  if (request.get('x-torii-request') !== '1') return 'the header X-Torii-Request: 1 is missing';
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? undefined : 'it comes from another site';
  // Browsers before 2023 and programs do not say; then the origin, if there is one, must be this host.
  const origin = request.get('origin');
  return origin === undefined || hostOf(origin) === request.get('host') ? undefined : 'it comes from another origin';
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
