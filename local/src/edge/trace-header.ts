import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { firstHeader } from './exchange.ts';

/** Where a request stands in a trace. */
export interface TracePosition {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits of the caller's span, when the caller has one. */
  readonly parentSpanId: string | undefined;
  readonly sampled: boolean;
}

/** W3C's header first, then X-Ray's, else a new trace that is sampled. */
export function readTracePosition(headers: IncomingHttpHeaders, nowMs: number): TracePosition {
  return (
    readTraceparent(firstHeader(headers, 'traceparent')) ?? readXRayHeader(firstHeader(headers, 'x-amzn-trace-id')) ?? beginTrace(nowMs)
  );
}

/** Both headers for the next hop, whose span will be a child of `spanId`. */
export function traceHeaders(
  { traceId, sampled }: TracePosition,
  spanId: string,
): { readonly traceparent: string; readonly 'x-amzn-trace-id': string } {
  const flag = sampled ? '1' : '0';
  return {
    traceparent: `00-${traceId}-${spanId}-0${flag}`,
    'x-amzn-trace-id': `Root=${toXRayTraceId(traceId)};Parent=${spanId};Sampled=${flag}`,
  };
}

/** What a load balancer makes of the header: it adds a root where there is none, and its own mark where there is one. */
export function loadBalancerTraceHeader(given: string | undefined, nowMs: number): string {
  const own = toXRayTraceId(createTraceId(nowMs));
  if (given === undefined || given === '') return `Root=${own}`;
  return given.includes('Root=') ? `Self=${own};${given}` : `Root=${own};${given}`;
}

export function createSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** `1-<seconds>-<rest>`, how X-Ray writes the same 32 digits. */
export function toXRayTraceId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

function beginTrace(nowMs: number): TracePosition {
  return { traceId: createTraceId(nowMs), parentSpanId: undefined, sampled: true };
}

/** X-Ray wants the seconds first. */
function createTraceId(nowMs: number): string {
  return (
    Math.floor(nowMs / 1000)
      .toString(16)
      .padStart(8, '0') + randomBytes(12).toString('hex')
  );
}

function readTraceparent(header: string | undefined): TracePosition | undefined {
  const [, traceId = '', parentSpanId = '', flags = ''] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(header ?? '') ?? [];
  if (!isId(traceId) || !isId(parentSpanId)) return undefined;
  return { traceId, parentSpanId, sampled: (parseInt(flags, 16) & 1) === 1 };
}

function readXRayHeader(header: string | undefined): TracePosition | undefined {
  const fields = new Map((header ?? '').split(';').map((field) => splitField(field)));
  const [, seconds = '', rest = ''] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(fields.get('root') ?? '') ?? [];
  const traceId = `${seconds}${rest}`;
  if (!isId(traceId)) return undefined;
  const parent = fields.get('parent') ?? '';
  return { traceId, parentSpanId: /^[0-9a-f]{16}$/.test(parent) ? parent : undefined, sampled: fields.get('sampled') !== '0' };
}

function splitField(field: string): readonly [string, string] {
  const [name = '', value = ''] = field.trim().split('=');
  return [name.toLowerCase(), value];
}

/** All zeroes is W3C's way to say "none". */
function isId(id: string): boolean {
  return id !== '' && !/^0*$/.test(id);
}
