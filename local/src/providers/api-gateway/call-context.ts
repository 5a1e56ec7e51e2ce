import { firstHeader, type EdgeRequest } from '../../edge/exchange.ts';
import { toXRayTraceId, type TracePosition } from '../../edge/trace-header.ts';

/** What is known of one call by the time somebody asks: the source of every `$context` variable. */
export interface CallContext {
  readonly request: EdgeRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly stage: string;
  readonly startedAtMs: number;
  readonly trace: TracePosition;
  /** Filled in as the call goes on. */
  readonly progress: CallProgress;
}

export interface CallProgress {
  resourcePath?: string;
  pathParameters?: Readonly<Record<string, string>>;
  claims?: Readonly<Record<string, unknown>>;
  error?: { readonly message: string; readonly responseType: string };
  status?: number;
  responseBytes?: number;
  integrationStatus?: number;
  integrationStartedAtMs?: number;
  integrationAnsweredAtMs?: number;
  endedAtMs?: number;
}

type Reader = (call: CallContext) => string | number | undefined;

const VARIABLES: Readonly<Record<string, Reader>> = {
  requestId: (call) => call.requestId,
  extendedRequestId: (call) => call.extendedRequestId,
  accountId: (call) => call.accountId,
  apiId: (call) => call.apiId,
  stage: (call) => call.stage,
  protocol: () => 'HTTP/1.1',
  domainName: (call) => call.request.headers.host,
  httpMethod: (call) => call.request.method,
  path: (call) => call.request.path.split('?')[0],
  resourcePath: (call) => call.progress.resourcePath,
  requestTime: (call) => new Date(call.startedAtMs).toISOString(),
  requestTimeEpoch: (call) => call.startedAtMs,
  status: (call) => call.progress.status,
  responseLength: (call) => call.progress.responseBytes,
  responseLatency: (call) => elapsed(call.startedAtMs, call.progress.endedAtMs),
  integrationLatency: integrationLatency,
  'integration.latency': integrationLatency,
  integrationStatus: (call) => call.progress.integrationStatus,
  'integration.status': (call) => call.progress.integrationStatus,
  'identity.sourceIp': (call) => call.request.clientAddress,
  'identity.userAgent': (call) => firstHeader(call.request.headers, 'user-agent'),
  'authorizer.principalId': (call) => textOf(call.progress.claims?.['sub']),
  'error.message': (call) => call.progress.error?.message,
  'error.messageString': (call) => (call.progress.error === undefined ? undefined : JSON.stringify(call.progress.error.message)),
  'error.responseType': (call) => call.progress.error?.responseType,
  xrayTraceId: (call) => toXRayTraceId(call.trace.traceId),
};

const CLAIMS = 'authorizer.claims.';

/** The value of `$context.<name>`, or undefined when the call has none. */
export function readVariable(call: CallContext, name: string): string | undefined {
  if (name.startsWith(CLAIMS)) return textOf(call.progress.claims?.[name.slice(CLAIMS.length)]);
  const value = VARIABLES[name]?.(call);
  return value === undefined ? undefined : String(value);
}

// A name may end a sentence: its last part must have a letter.
const VARIABLE = /\$context\.([A-Za-z][\w:-]*(?:\.[A-Za-z][\w:-]*)*)/g;

/** Replaces every `$context` variable; one without a value becomes `absent`. */
export function fillVariables(template: string, call: CallContext, absent: string): string {
  return template.replace(VARIABLE, (_, name: string) => readVariable(call, name) ?? absent);
}

function integrationLatency({ progress }: CallContext): number | undefined {
  return progress.integrationStartedAtMs === undefined
    ? undefined
    : elapsed(progress.integrationStartedAtMs, progress.integrationAnsweredAtMs);
}

function elapsed(fromMs: number, toMs: number | undefined): number | undefined {
  return toMs === undefined ? undefined : Math.round(toMs - fromMs);
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}
