import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Context, context, propagation } from '@opentelemetry/api';
import { type TokenVerifier, parseBearerToken } from '../auth/token-verifier.ts';
import { toServiceError } from '../errors/to-service-error.ts';
import type { Logger } from '../logging/create-logger.ts';
import { withCorrelation } from '../telemetry/correlation.ts';
import { failSpan, withSpan } from '../telemetry/spans.ts';
import type { CreateId } from '../time/ids.ts';
import { parseRequest } from './parse-request.ts';
import { toProblem } from './problem.ts';
import type { RouteResponse, User } from './route.ts';
import type { RouteMatch } from './router.ts';
import { sendResponse } from './send-response.ts';

interface HandlerOptions {
  readonly logger: Logger;
  readonly verifier: TokenVerifier | undefined;
  readonly createId: CreateId;
  readonly isDraining: () => boolean;
}

/** A request on its way through its route. */
export interface Exchange extends RouteMatch {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the query; as it came. */
  readonly pathname: string;
}

interface Outcome {
  readonly answer: RouteResponse;
  readonly user?: User | undefined;
  readonly error?: unknown;
}

/** Callers may name their own correlation id, if it cannot harm a log. */
const CORRELATION_ID = /^[\w.:-]{1,128}$/;
/** Asked every few seconds by load balancers: no span and no log line. */
const QUIET_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** For log and span: nobody is there to be answered, and what failed for that reason is no fault of ours. nginx's number for it. */
const CALLER_GONE = 499;

/**
 * Every request: correlation, span, authentication, parsing, answer or problem, one log line. What the caller of the result gets to
 * see of a failure is an answer that cannot be sent.
 */
export function createRequestHandler(options: HandlerOptions): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const { request, response, route } = exchange;
    const correlationId = correlationIdOf(request.headers) ?? options.createId();
    const answer = async (): Promise<Outcome> => {
      const outcome = await runRoute(exchange, correlationId, options.verifier);
      const closing = options.isDraining() ? { connection: 'close' } : undefined;
      sendResponse(request, response, outcome.answer, { 'x-correlation-id': correlationId, ...closing });
      return outcome;
    };
    return withCorrelation({ correlationId }, async () => {
      if (QUIET_PATHS.has(route.path)) await answer();
      else await observed(exchange, options.logger, answer);
    });
  };
}

function correlationIdOf(headers: IncomingHttpHeaders): string | undefined {
  const offered = headers['x-correlation-id'] ?? headers['x-request-id'];
  return typeof offered === 'string' && CORRELATION_ID.test(offered) ? offered : undefined;
}

/** Never throws: what goes wrong becomes a problem document. */
async function runRoute(exchange: Exchange, correlationId: string, verifier: TokenVerifier | undefined): Promise<Outcome> {
  const { route, request, response } = exchange;
  let user: User | undefined;
  try {
    user = route.auth === 'none' ? undefined : await authenticate(verifier, request);
    const parsed = await parseRequest(exchange, { raw: request, rawResponse: response, user, correlationId });
    return { answer: await route.handle(parsed), user };
  } catch (error) {
    if (response.destroyed) return { answer: { status: CALLER_GONE }, user };
    const problem = toProblem(error, correlationId);
    return { answer: { ...problem, headers: { ...problem.headers, 'content-type': 'application/problem+json' } }, user, error };
  }
}

async function authenticate(verifier: TokenVerifier | undefined, request: IncomingMessage): Promise<User> {
  if (verifier === undefined) throw new Error('A route asks for a user, and the server was created without a token verifier.');
  const token = parseBearerToken(request.headers.authorization);
  const claims = await verifier.verify(token);
  return { id: claims.sub, token, claims };
}

/** The server span, a child of the caller's when its headers say so, and the request's one log line. */
async function observed(exchange: Exchange, logger: Logger, answer: () => Promise<Outcome>): Promise<void> {
  const { route, request, pathname } = exchange;
  const startedAt = performance.now();
  const attributes = { 'http.request.method': request.method, 'http.route': route.path, 'url.path': pathname };
  const parent = contextOfCaller(request.headers);
  await withSpan(`${request.method} ${route.path}`, { kind: 'server', attributes, parent }, async (span) => {
    const outcome = await answer();
    const { status } = outcome.answer;
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) failSpan(span, outcome.error);
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    logRequest(logger, outcome, { method: request.method, route: route.path, path: pathname, status, durationMs });
  });
}

/** Where the caller's trace headers lead; most have none, and looking for all of them costs more than knowing that. */
function contextOfCaller(headers: IncomingHttpHeaders): Context {
  const isTraced = headers['traceparent'] !== undefined || headers['x-amzn-trace-id'] !== undefined;
  return isTraced ? propagation.extract(context.active(), headers) : context.active();
}

function logRequest(logger: Logger, { answer, user, error }: Outcome, fields: Readonly<Record<string, unknown>>): void {
  const known = error === undefined ? undefined : toServiceError(error);
  const line = { ...fields, ...(user === undefined ? {} : { userId: user.id }), ...(known === undefined ? {} : { code: known.code }) };
  if (answer.status >= 500) logger.error({ ...line, err: error }, 'request failed');
  else logger.info(line, 'request');
}
