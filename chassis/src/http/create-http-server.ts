import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { TokenVerifier } from '../auth/token-verifier.ts';
import type { Logger } from '../logging/create-logger.ts';
import type { CreateId } from '../time/ids.ts';
import { checkReadiness, type ReadinessCheck } from './health.ts';
import { createDispatcher } from './dispatch.ts';
import { createRequestHandler } from './handle-request.ts';
import { type MountHandler, type RequestGuard, type Route, type RouteResponse, defineRoute } from './route.ts';
import { closeServer, listen } from './serve.ts';

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
  /** Asked after the routes, before the 404: static files, pages. */
  readonly mount?: MountHandler;
  /** Before every route and mount, such as security headers of pages. */
  readonly before?: readonly RequestGuard[];
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
  const isDraining = () => draining;
  const handle = createRequestHandler({
    logger: options.logger,
    verifier: options.verifier,
    // Node keeps random bytes in store for these: twenty times cheaper than ids that sort by time.
    createId: options.createId ?? (() => randomUUID()),
    isDraining,
  });
  const routes = [...options.routes, ...healthRoutes(options, isDraining)];
  const dispatch = createDispatcher({ routes, handle, before: options.before ?? [], mount: options.mount });
  // A request that has no body needs no stream for it.
  const server = createServer({ optimizeEmptyRequests: true }, dispatch);
  return {
    start: () => listen(server, options.port, options.host),
    stop: () => {
      draining = true;
      return closeServer(server);
    },
  };
}

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
