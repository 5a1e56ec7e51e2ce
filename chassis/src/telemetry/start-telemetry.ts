import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { twoHeaderPropagator } from './propagator.ts';
import { keepShareOfTraces } from './spans.ts';
import { xrayIds } from './xray-ids.ts';

export interface TelemetryOptions {
  readonly serviceName: string;
  readonly environment: string;
  /** Base URL of the collector; spans go to `<endpoint>/v1/traces` as OTLP/HTTP JSON. */
  readonly otlpEndpoint: string;
  /** Share of new traces that are kept, 0 to 1; a sampled parent is always followed. */
  readonly samplingRatio: number;
  /** Instead of the collector; spans reach it at once. For tests. */
  readonly exporter?: SpanExporter;
}

export interface Telemetry {
  /** Sends what is waiting. Never throws: telemetry must not break the work it observes. */
  flush(): Promise<void>;
  /** Flushes and stops. */
  shutdown(): Promise<void>;
}

/** A collector that hangs must not hold a shutdown or a Lambda invocation. */
const EXPORT_TIMEOUT_MS = 2_000;
/** Short, so that a trace is complete on screen soon after its request. */
const EXPORT_DELAY_MS = 1_000;
/** A burst of an import makes tens of thousands of spans; what does not fit is dropped, never awaited. */
const MAX_QUEUED_SPANS = 16_384;

/**
 * Registers tracing for the whole process. Spans come from the chassis's own seams (HTTP, SQL, cache, SDK calls, messages,
 * Lambda) and from `withSpan`; nothing is patched. Until it is called every seam is a no-op.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const processor =
    options.exporter === undefined
      ? new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({
            url: `${options.otlpEndpoint.replace(/\/$/, '')}/v1/traces`,
            timeoutMillis: EXPORT_TIMEOUT_MS,
          }),
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
          scheduledDelayMillis: EXPORT_DELAY_MS,
          maxQueueSize: MAX_QUEUED_SPANS,
        })
      : new SimpleSpanProcessor({ exporter: options.exporter });
  const provider = new TracerProvider({
    idGenerator: xrayIds,
    // Traces that are not kept do not come so far.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    resource: resourceFromAttributes({ 'service.name': options.serviceName, 'deployment.environment.name': options.environment }),
    spanProcessors: [processor],
  });
  keepShareOfTraces(options.samplingRatio);
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(twoHeaderPropagator);
  return {
    flush: () => provider.forceFlush({ timeoutMillis: EXPORT_TIMEOUT_MS }).catch(ignore),
    shutdown: () => provider.shutdown().catch(ignore),
  };
}

function ignore(): void {}
