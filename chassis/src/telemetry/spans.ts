import {
  type Attributes,
  type Context,
  INVALID_TRACEID,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { currentCorrelationId } from './correlation.ts';
import { xrayIds } from './xray-ids.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export interface SpanOptions {
  /** @default 'internal' */
  readonly kind?: keyof typeof KINDS;
  readonly attributes?: Attributes;
  /** W3C `traceparent` of a remote parent, or the context it has been extracted into. @default the span that is open here */
  readonly parent?: string | Context | undefined;
  readonly startTime?: TimeInput;
}

/** The tracer is looked up at each span: a proxy taken before `startTelemetry` costs more than the look-up. */
const tracer = () => trace.getTracer('@torii/chassis');

/** Of the traces that begin in this process; before `startTelemetry` all are left to the no-op tracer. */
let keptShare = 1;

/** @param share of new traces that are kept, 0 to 1 */
export function keepShareOfTraces(share: number): void {
  keptShare = share;
}

/** Runs `run` inside a span; a failure is recorded on the span and thrown on. */
export async function withSpan<T>(name: string, options: SpanOptions, run: (span: Span) => Promise<T>): Promise<T> {
  const parent = parentContext(options.parent);
  const unsampled = unsampledSpan(parent);
  if (unsampled !== undefined) {
    // Below it everything has the same context: each change of that is copied for every asynchronous step behind it.
    const isOpenHere = unsampled === trace.getActiveSpan();
    return isOpenHere ? run(unsampled) : context.with(trace.setSpan(parent, unsampled), run, undefined, unsampled);
  }
  const span = createSpan(name, options, parent);
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await run(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A span that the caller ends. */
export function startSpan(name: string, options: SpanOptions = {}): Span {
  const parent = parentContext(options.parent);
  return unsampledSpan(parent) ?? createSpan(name, options, parent);
}

function createSpan(name: string, options: SpanOptions, parent: Context): Span {
  return tracer().startSpan(
    name,
    {
      kind: KINDS[options.kind ?? 'internal'],
      ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
      ...(options.startTime === undefined ? {} : { startTime: options.startTime }),
    },
    parent,
  );
}

/**
 * The span of a trace that is not kept. Whoever began the trace decided so, and the sampler would follow that decision for every span below: there is
 * nothing to make, the one span stands for all, and its ids go to the log and to the next process. Where a trace begins here the decision is
 * made here, before the tracer is asked: that a trace is not kept took it longer than to keep a log line.
 */
function unsampledSpan(parent: Context): Span | undefined {
  const span = trace.getSpan(parent);
  if (span === undefined) return Math.random() < keptShare ? undefined : beginUnsampledTrace();
  const { traceFlags, traceId } = span.spanContext();
  return (traceFlags & TraceFlags.SAMPLED) === 0 && traceId !== INVALID_TRACEID ? span : undefined;
}

function beginUnsampledTrace(): Span {
  return trace.wrapSpanContext({ traceId: xrayIds.generateTraceId(), spanId: xrayIds.generateSpanId(), traceFlags: TraceFlags.NONE });
}

/** Marks a span as failed, without the message: it may hold personal data, and the log line has it masked. */
export function failSpan(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  span.setStatus({ code: SpanStatusCode.ERROR, message: typeof code === 'string' ? code : name });
  span.setAttribute('error.type', typeof code === 'string' ? code : name);
}

/** `traceparent` of the open span, to put into a message; undefined when nothing is traced. */
export function currentTraceparent(): string | undefined {
  return traceparentOf(trace.getActiveSpan());
}

export function traceparentOf(span: Span | undefined): string | undefined {
  const spanContext = span?.spanContext();
  if (spanContext === undefined || !trace.isSpanContextValid(spanContext)) return undefined;
  return `00-${spanContext.traceId}-${spanContext.spanId}-${spanContext.traceFlags.toString(16).padStart(2, '0')}`;
}

/** Trace id of the open span, 32 hexadecimal digits. */
export function currentTraceId(): string | undefined {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId === INVALID_TRACEID ? undefined : traceId;
}

/** Headers for a request to another service: both kinds of trace header, and the correlation id. */
export function outgoingHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  const correlationId = currentCorrelationId();
  return correlationId === undefined ? headers : { ...headers, 'x-correlation-id': correlationId };
}

function parentContext(parent: string | Context | undefined): Context {
  if (typeof parent === 'object') return parent;
  const active = context.active();
  if (parent === undefined) return active;
  const remote = parseTraceParent(parent);
  return remote === null ? active : trace.setSpanContext(active, { ...remote, isRemote: true });
}
