import {
  type Attributes,
  type Context,
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
  /** W3C `traceparent` of a remote parent. @default the span that is open here */
  readonly parent?: string | undefined;
  readonly startTime?: TimeInput;
}

/** The tracer is looked up at each span: a proxy taken before `startTelemetry` costs more than the look-up. */
const tracer = () => trace.getTracer('@torii/chassis');

/** Runs `run` inside a span; a failure is recorded on the span and thrown on. */
export function withSpan<T>(name: string, options: SpanOptions, run: (span: Span) => Promise<T>): Promise<T> {
  const parent = parentContext(options.parent);
  const unsampled = unsampledSpan(parent);
  if (unsampled !== undefined) return context.with(parent, async () => run(unsampled));
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
 * The span of a trace that whoever began it decided not to keep. The sampler would follow that decision for every span below, so there is nothing
 * to make: the one span stands for all, and its ids go on to the next process.
 */
function unsampledSpan(parent: Context): Span | undefined {
  const span = trace.getSpan(parent);
  if (span === undefined) return undefined;
  const spanContext = span.spanContext();
  return (spanContext.traceFlags & TraceFlags.SAMPLED) === 0 && trace.isSpanContextValid(spanContext) ? span : undefined;
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
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext !== undefined && trace.isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/** Headers for a request to another service: both kinds of trace header, and the correlation id. */
export function outgoingHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  const correlationId = currentCorrelationId();
  return correlationId === undefined ? headers : { ...headers, 'x-correlation-id': correlationId };
}

function parentContext(traceparent: string | undefined): Context {
  const active = context.active();
  if (traceparent === undefined) return active;
  const remote = parseTraceParent(traceparent);
  return remote === null ? active : trace.setSpanContext(active, { ...remote, isRemote: true });
}
