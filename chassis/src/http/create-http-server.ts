import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import express, { type Express, type Request, type Response } from 'express';
import type { TokenVerifier } from '../auth/token-verifier.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { Logger } from '../logging/create-logger.ts';
import type { CreateId } from '../time/ids.ts';
import { checkReadiness, type ReadinessCheck } from './health.ts';
import { createRequestHandler } from './handle-request.ts';
import { closeServer, listen } from './serve.ts';
import { type MountHandler, type Route, type RouteResponse, defineRoute } from './route.ts';

export interface HttpServerOptions {
  readonly logger: Logger;
  /** 0 takes a free port; `start` tells which. */
  readonly port: number;
  /** @default every interface */
  readonly host?: string;
  readonly routes: readonly Route[];
  /** Needed as soon as one route has `auth: 'required'`. */
  readonly verifier?: TokenVerifier;
  /** What `/readyz` calls the release that answers; a smoke test knows by it whom it meets. @default it says none */
  readonly release?: string | undefined;
  /** Asked by `/readyz`, by dependency. */
  readonly readiness?: Readonly<Record<string, ReadinessCheck>>;
  /** Mounted after the routes, before the 404: static files, pages. */
  readonly mount?: (app: Express) => void;
  /** Middleware before every route, such as security headers of pages. */
  readonly before?: readonly MountHandler[];
  /** Makes correlation ids. @default random UUIDs */
  readonly createId?: CreateId;
}

export interface HttpServer {
  /** @returns the port it listens on */
  start(): Promise<{ readonly port: number }>;
  /** Takes no new request, answers those under way, closes. */
  stop(): Promise<void>;
}

/**
 * One server per service. Everything it answers is JSON or problem+json; every request makes one span and one log line.
 * Besides `routes` it answers `/healthz` (this process lives) and `/readyz` (what it depends on answers).
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  let draining = false;
  const app = express();
  app.disable('x-powered-by');
  // A weak ETag costs a hash per answer; routes that support If-Match set their own.
  app.set('etag', false);
  app.set('query parser', 'simple');
  for (const handler of options.before ?? []) app.use(handler);
  const requestHandler = createRequestHandler({
    logger: options.logger,
    verifier: options.verifier,
    // Node keeps random bytes in store for these: twenty times cheaper than ids that sort by time.
    createId: options.createId ?? (() => randomUUID()),
    isDraining: () => draining,
  });
  const routes = [...options.routes, ...healthRoutes(options, () => draining)];
  const serve = (route: Route) => (request: Request, response: Response) => requestHandler.handle(route, request, response);
  for (const route of routes) app[METHODS[route.method]](route.path, serve(route));
  for (const [path, methods] of allowedMethods(routes)) app.all(path, serve(methodNotAllowed(path, methods)));
  options.mount?.(app);
  app.use(serve(notFound));
  app.use(requestHandler.onError);

  const server: Server = createServer(app);
  return {
    start: () => listen(server, options.port, options.host),
    stop: () => {
      draining = true;
      return closeServer(server);
    },
  };
}

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

function healthRoutes(options: HttpServerOptions, isDraining: () => boolean): readonly Route[] {
  const live = defineRoute({
    method: 'GET',
    path: '/healthz',
    auth: 'none',
    handle: async () => ({ status: 200, body: { status: 'ok' } }),
  });
  const ready = defineRoute({
    method: 'GET',
    path: '/readyz',
    auth: 'none',
    handle: async (): Promise<RouteResponse> => {
      const readiness = await checkReadiness(options.readiness ?? {}, options.logger);
      const ok = readiness.ready && !isDraining();
      const status = isDraining() ? 'stopping' : ok ? 'ready' : 'not ready';
      return { status: ok ? 200 : 503, body: { status, release: options.release, checks: readiness.checks } };
    },
  });
  return [live, ready];
}

function allowedMethods(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const byPath = Map.groupBy(routes, (route) => route.path);
  return new Map(
    [...byPath].map(([path, group]) => [path, group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))]),
  );
}

function methodNotAllowed(path: string, methods: readonly string[]): Route {
  const allow = methods.join(', ');
  return defineRoute({
    method: 'GET',
    path,
    auth: 'none',
    handle: async ({ raw }) => {
      throw new ServiceError({
        code: 'METHOD_NOT_ALLOWED',
        kind: 'invalid',
        message: `${raw.method} cannot be used here: this address takes ${allow}.`,
        details: { allow },
      });
    },
  });
}

const notFound = defineRoute({
  method: 'GET',
  path: '(unknown)',
  auth: 'none',
  handle: async () => {
    throw new ServiceError({ code: 'ROUTE_NOT_FOUND', kind: 'not-found', message: 'Nothing can be found at this address.' });
  },
});
