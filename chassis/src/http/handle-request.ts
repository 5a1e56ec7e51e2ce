import { context, propagation } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';
import { type TokenVerifier, parseBearerToken } from '../auth/token-verifier.ts';
import { ServiceError } from '../errors/service-error.ts';
import { toServiceError } from '../errors/to-service-error.ts';
import type { Logger } from '../logging/create-logger.ts';
import { withCorrelation } from '../telemetry/correlation.ts';
import { failSpan, withSpan } from '../telemetry/spans.ts';
import type { CreateId } from '../time/ids.ts';
import { parseRequest } from './parse-request.ts';
import { toProblem } from './problem.ts';
import { type Route, type RouteResponse, type User, defineRoute } from './route.ts';
import { sendResponse } from './send-response.ts';

interface HandlerOptions {
  readonly logger: Logger;
  readonly verifier: TokenVerifier | undefined;
  readonly createId: CreateId;
  readonly isDraining: () => boolean;
}

interface Outcome {
  readonly answer: RouteResponse;
  readonly user?: User | undefined;
  readonly error?: unknown;
}

export interface RequestHandler {
  handle(route: Route, request: Request, response: Response): Promise<void>;
  /** For what Express itself refuses, such as a path that cannot be decoded. */
  onError(error: unknown, request: Request, response: Response, next: NextFunction): void;
}

/** Callers may name their own correlation id, if it cannot harm a log. */
const CORRELATION_ID = /^[\w.:-]{1,128}$/;
/** Asked every few seconds by load balancers: no span and no log line. */
const QUIET_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** For log and span: nobody is there to be answered, and what failed for that reason is no fault of ours. nginx's number for it. */
const CALLER_GONE = 499;

/** Every request: correlation, span, authentication, parsing, answer or problem, one log line. */
export function createRequestHandler(options: HandlerOptions): RequestHandler {
  const handle = async (route: Route, request: Request, response: Response): Promise<void> => {
    const correlationId = correlationIdOf(request) ?? options.createId();
    response.setHeader('x-correlation-id', correlationId);
    const send = (answer: RouteResponse) => {
      if (options.isDraining()) response.setHeader('connection', 'close');
      sendResponse(request, response, answer);
    };
    await withCorrelation({ correlationId }, async () => {
      const run = () => runRoute(route, request, response, { correlationId, verifier: options.verifier });
      if (QUIET_PATHS.has(route.path)) return send((await run()).answer);
      await observed(route, request, options.logger, async () => {
        const outcome = await run();
        send(outcome.answer);
        return outcome;
      });
    });
  };
  return {
    handle,
    onError: (error, request, response, next) => {
      if (response.headersSent) next(error);
      else void handle(failing(error), request, response);
    },
  };
}

function correlationIdOf(request: Request): string | undefined {
  const offered = request.get('x-correlation-id') ?? request.get('x-request-id');
  return offered !== undefined && CORRELATION_ID.test(offered) ? offered : undefined;
}

/** Never throws: what goes wrong becomes a problem document. */
async function runRoute(
  route: Route,
  request: Request,
  response: Response,
  scope: { readonly correlationId: string; readonly verifier: TokenVerifier | undefined },
): Promise<Outcome> {
  const abort = new AbortController();
  const onClose = () => abort.abort();
  response.once('close', onClose);
  let user: User | undefined;
  try {
    user = route.auth === 'none' ? undefined : await authenticate(scope.verifier, request);
    const parsed = await parseRequest(route, request, { user, correlationId: scope.correlationId, signal: abort.signal });
    return { answer: await route.handle(parsed), user };
  } catch (error) {
    if (abort.signal.aborted) return { answer: { status: CALLER_GONE }, user };
    const problem = toProblem(error, scope.correlationId);
    return { answer: { ...problem, headers: { ...problem.headers, 'content-type': 'application/problem+json' } }, user, error };
  } finally {
    response.off('close', onClose);
  }
}

async function authenticate(verifier: TokenVerifier | undefined, request: Request): Promise<User> {
  if (verifier === undefined) throw new Error('A route asks for a user, and the server was created without a token verifier.');
  const token = parseBearerToken(request.headers.authorization);
  const claims = await verifier.verify(token);
  return { id: claims.sub, token, claims };
}

/** The server span, a child of the caller's when its headers say so, and the request's one log line. */
async function observed(route: Route, request: Request, logger: Logger, run: () => Promise<Outcome>): Promise<void> {
  const startedAt = performance.now();
  const attributes = { 'http.request.method': request.method, 'http.route': route.path, 'url.path': request.path };
  await context.with(propagation.extract(context.active(), request.headers), () =>
    withSpan(`${request.method} ${route.path}`, { kind: 'server', attributes }, async (span) => {
      const { answer, user, error } = await run();
      span.setAttribute('http.response.status_code', answer.status);
      if (answer.status >= 500) failSpan(span, error);
      logRequest(
        logger,
        { answer, user, error },
        {
          method: request.method,
          route: route.path,
          path: request.path,
          status: answer.status,
          durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
        },
      );
    }),
  );
}

function logRequest(logger: Logger, outcome: Outcome, fields: Readonly<Record<string, unknown>>): void {
  const known = outcome.error === undefined ? undefined : toServiceError(outcome.error);
  const line = {
    ...fields,
    ...(outcome.user === undefined ? {} : { userId: outcome.user.id }),
    ...(known === undefined ? {} : { code: known.code }),
  };
  if (outcome.answer.status >= 500) logger.error({ ...line, err: outcome.error }, 'request failed');
  else logger.info(line, 'request');
}

/** Express's own refusals carry a 4xx `status`; they become the caller's fault, anything else stays a bug. */
function failing(error: unknown): Route {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  const isClients = typeof status === 'number' && status >= 400 && status < 500;
  const failure = isClients
    ? new ServiceError({
        code: 'REQUEST_MALFORMED',
        kind: 'invalid',
        message: 'The request cannot be read: its address is malformed.',
        cause: error,
      })
    : error;
  return defineRoute({ method: 'GET', path: '(malformed)', auth: 'none', handle: () => Promise.reject(failure) });
}
