import { randomBytes, randomUUID } from 'node:crypto';
import { pathOf, respondWith, type EdgeHandler, type EdgeRequest, type Respond, type ResponseHead } from '../../edge/exchange.ts';
import { createSpanId, readTracePosition, toXRayTraceId } from '../../edge/trace-header.ts';
import type { SpanRecorder } from '../../provider.ts';
import type { Authorizer } from './authorizer.ts';
import { type CallContext } from './call-context.ts';
import { DEFAULT_FAULTS, GatewayFault, renderFault, type GatewayResponse } from './gateway-responses.ts';
import { LARGEST_PAYLOAD_BYTES, type Integration } from './integration.ts';
import { findRoute, type RouteMatch, type RouteNode } from './route-tree.ts';
import type { Throttle } from './throttle.ts';

/** A method of the API, ready to be called. */
export interface ApiMethod {
  readonly httpMethod: string;
  readonly authorizer: Authorizer | undefined;
  readonly scopes: readonly string[];
  readonly integration: Integration;
}

export interface Stage {
  readonly name: string;
  readonly apiId: string;
  readonly apiName: string;
  readonly accountId: string;
  readonly root: RouteNode<ApiMethod>;
  readonly responses: readonly GatewayResponse[];
  readonly throttle: Throttle;
  readonly tracing: boolean;
  readonly writeAccessLog: ((call: CallContext) => void) | undefined;
}

export interface StageParts {
  readonly spans: SpanRecorder;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Everything API Gateway does with a call to one stage. `request.path` is without the stage's name. */
export function createStageHandler(stage: Stage, parts: StageParts): EdgeHandler {
  return async (request, respond) => {
    const call = beginCall(stage, request, parts.now());
    const spanId = createSpanId();
    const answer = observeAnswer(call, respond, parts.now);
    try {
      await serve(stage, { call, respond: answer, spanId }, parts.now);
    } catch (error) {
      if (!(error instanceof GatewayFault)) throw error;
      refuse(stage, { call, respond: answer, spanId }, error);
    } finally {
      call.progress.endedAtMs = parts.now();
      stage.writeAccessLog?.(call);
      if (stage.tracing && call.trace.sampled) recordSpan(stage, { call, spanId }, parts.spans);
    }
  };
}

interface Exchange {
  readonly call: CallContext;
  readonly respond: Respond;
  readonly spanId: string;
}

async function serve(stage: Stage, exchange: Exchange, now: () => number): Promise<void> {
  const { call, respond, spanId } = exchange;
  const { method } = admit(stage, call);
  if (method.authorizer !== undefined) call.progress.claims = await method.authorizer(call.request, method.scopes, call.startedAtMs);
  call.progress.integrationStartedAtMs = now();
  const onHead: Respond = (head) => {
    call.progress.integrationAnsweredAtMs = now();
    call.progress.integrationStatus = head.status;
    return respond({ status: head.status, headers: remapHeaders(head.headers) });
  };
  await method.integration(call, onHead, spanId);
}

/** Finds the method, and refuses what does not need to know who calls. */
function admit(stage: Stage, call: CallContext): RouteMatch<ApiMethod> {
  const { request, progress } = call;
  const route = findRoute(stage.root, request.method, pathOf(request.path));
  if (route === undefined) throw new GatewayFault('MISSING_AUTHENTICATION_TOKEN');
  progress.resourcePath = route.resourcePath;
  progress.pathParameters = route.pathParameters;
  if (!stage.throttle(route.method.httpMethod, route.resourcePath, call.startedAtMs)) throw new GatewayFault('THROTTLED');
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_PAYLOAD_BYTES) throw new GatewayFault('REQUEST_TOO_LARGE');
  return route;
}

function refuse(stage: Stage, { call, respond }: Exchange, fault: GatewayFault): void {
  // A fault after the head can only tear the connection.
  if (call.progress.status !== undefined) throw fault;
  call.progress.error = { message: fault.message, responseType: fault.type };
  const { status, headers, body } = renderFault(stage.responses, fault, call);
  respondWith(respond, { status, headers }, body);
}

function beginCall(stage: Stage, request: EdgeRequest, nowMs: number): CallContext {
  return {
    request,
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
    apiId: stage.apiId,
    accountId: stage.accountId,
    stage: stage.name,
    startedAtMs: nowMs,
    trace: readTracePosition(request.headers, nowMs),
    progress: {},
  };
}

/** Notes what is answered and adds the headers that every answer of API Gateway has. */
function observeAnswer(call: CallContext, respond: Respond, now: () => number): Respond {
  return (head: ResponseHead) => {
    call.progress.status = head.status;
    call.progress.responseBytes = Number(head.headers['content-length'] ?? 0);
    const own = {
      'x-amzn-requestid': call.requestId,
      'x-amz-apigw-id': call.extendedRequestId,
      'x-amzn-trace-id': `Root=${toXRayTraceId(call.trace.traceId)}`,
      date: new Date(now()).toUTCString(),
    };
    return respond({ status: head.status, headers: { ...head.headers, ...own } });
  };
}

/** Headers that API Gateway claims for itself reach the client under another name. */
function remapHeaders(headers: ResponseHead['headers']): ResponseHead['headers'] {
  const { date, server, 'www-authenticate': challenge, ...rest } = headers;
  return {
    ...rest,
    'x-amzn-remapped-date': date,
    ...(server === undefined ? {} : { 'x-amzn-remapped-server': server }),
    ...(challenge === undefined ? {} : { 'x-amzn-remapped-www-authenticate': challenge }),
  };
}

function recordSpan(stage: Stage, { call, spanId }: { readonly call: CallContext; readonly spanId: string }, spans: SpanRecorder): void {
  const { request, trace, progress } = call;
  const status = progress.status ?? DEFAULT_FAULTS.INTEGRATION_FAILURE.status;
  spans.record({
    traceId: trace.traceId,
    spanId,
    ...(trace.parentSpanId === undefined ? {} : { parentSpanId: trace.parentSpanId }),
    name: `${request.method} ${progress.resourcePath ?? '(no resource)'}`,
    service: `${stage.apiName}/${stage.name}`,
    startMs: call.startedAtMs,
    endMs: progress.endedAtMs ?? call.startedAtMs,
    error: status >= 500,
    attributes: {
      'http.request.method': request.method,
      'http.route': progress.resourcePath ?? '',
      'http.response.status_code': status,
      'aws.request_id': call.requestId,
    },
  });
}
