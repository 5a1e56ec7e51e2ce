import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ServiceError } from '../errors/service-error.ts';
import type { Exchange } from './handle-request.ts';
import { type MountHandler, type RequestGuard, type Route, defineRoute } from './route.ts';
import { createRouter, malformed } from './router.ts';

interface DispatcherOptions {
  readonly routes: readonly Route[];
  readonly handle: (exchange: Exchange) => Promise<void>;
  readonly before: readonly RequestGuard[];
  readonly mount: MountHandler | undefined;
}

/** Leads each request past the guards to its route, else to what is mounted, else to the 404. Every one of them is answered. */
export function createDispatcher({ routes, handle, before, mount = passOn }: DispatcherOptions): RequestListener {
  const router = createRouter(routes);
  return (request, response) => {
    const pathname = pathnameOf(request);
    const serve = (match: Pick<Exchange, 'route' | 'params'>): void => {
      handle({ ...match, request, response, pathname }).catch(refuse);
    };
    const refuse = (error: unknown): void => {
      if (response.headersSent) response.destroy();
      else handle({ route: failing(error), params: {}, request, response, pathname }).catch(() => response.destroy());
    };
    try {
      for (const guard of before) guard(request, response);
      const match = router.find(request.method, pathname);
      if (match !== undefined) serve(match);
      else mount(request, response, (error) => (error === undefined ? serve({ route: notFound, params: {} }) : refuse(error)));
    } catch (error) {
      refuse(error);
    }
  };
}

function passOn(_request: IncomingMessage, _response: ServerResponse, next: () => void): void {
  next();
}

/** Proxies may name the whole address (RFC 9112 §3.2.2). */
function pathnameOf({ url = '/' }: IncomingMessage): string {
  if (!url.startsWith('/')) return URL.parse(url)?.pathname ?? url;
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

const notFound = defineRoute({
  method: 'GET',
  path: '(unknown)',
  auth: 'none',
  handle: async () => {
    throw new ServiceError({ code: 'ROUTE_NOT_FOUND', kind: 'not-found', message: 'Nothing can be found at this address.' });
  },
});

/** What is mounted refuses with a 4xx `status`; that becomes the caller's fault, anything else stays a bug. */
function failing(error: unknown): Route {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  const isCallers = typeof status === 'number' && status >= 400 && status < 500;
  const failure = isCallers ? malformed(error) : error;
  return defineRoute({ method: 'GET', path: '(malformed)', auth: 'none', handle: () => Promise.reject(failure) });
}
