// The traces of this start, newest kept, in memory: a viewer for development, not an archive.

export type SpanAttribute = string | number | boolean;
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, SpanAttribute>>;
  readonly error: boolean;
}
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** In order of their beginning. */
  readonly spans: readonly Span[];
}
export interface TraceSummary {
  readonly traceId: string;
  /** `1-<8 digits>-<24 digits>`, as X-Ray writes it. */
  readonly xrayId: string;
  /** Of the span without a known parent. */
  readonly name: string;
  readonly services: readonly string[];
  readonly spanCount: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly error: boolean;
}

export interface SpanStore {
  add(span: Span): void;
  /** @param id 32 hexadecimal digits, or X-Ray's form */
  find(id: string): Trace | undefined;
  /** Newest first; `query` is looked for in names, services, ids and attribute values. */
  search(query: string, limit: number): readonly TraceSummary[];
}

/** A trace of an import has about 200 spans, so this is some 100 MB at the very worst. */
const MAX_TRACES = 2000;
/** A trace that never ends must not fill the memory. */
const MAX_SPANS_PER_TRACE = 5000;

export function createSpanStore(): SpanStore {
  const traces = new Map<string, Map<string, Span>>();
  const read = (traceId: string, spans: ReadonlyMap<string, Span>): Trace => ({
    traceId,
    spans: [...spans.values()].sort((left, right) => left.startMs - right.startMs),
  });
  return {
    add: (span) => {
      const spans = traces.get(span.traceId) ?? new Map<string, Span>();
      // Put in again: the order of the map is the order of their last span.
      traces.delete(span.traceId);
      traces.set(span.traceId, spans);
      if (spans.size < MAX_SPANS_PER_TRACE) spans.set(span.spanId, span);
      const [oldest] = traces.keys();
      if (traces.size > MAX_TRACES && oldest !== undefined) traces.delete(oldest);
    },
    find: (id) => {
      const traceId = id.toLowerCase().replace(/^1-|-/g, '');
      const spans = traces.get(traceId);
      return spans === undefined ? undefined : read(traceId, spans);
    },
    search: (query, limit) => {
      const wanted = query.trim().toLowerCase();
      const found: TraceSummary[] = [];
      for (const [traceId, spans] of [...traces].reverse()) {
        if (found.length === limit) break;
        const trace = read(traceId, spans);
        if (wanted === '' || mentions(trace, wanted)) found.push(summarize(trace));
      }
      return found;
    },
  };
}

export function toXrayId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

function summarize({ traceId, spans }: Trace): TraceSummary {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const root = spans.find(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId)) ?? spans[0];
  return {
    traceId,
    xrayId: toXrayId(traceId),
    name: root?.name ?? '',
    services: [...new Set(spans.map(({ service }) => service))],
    spanCount: spans.length,
    startMs,
    durationMs: Math.max(...spans.map((span) => span.startMs + span.durationMs)) - startMs,
    error: spans.some(({ error }) => error),
  };
}

function mentions({ traceId, spans }: Trace, text: string): boolean {
  if (traceId.includes(text) || toXrayId(traceId).includes(text)) return true;
  return spans.some((span) =>
    [span.name, span.service, ...Object.values(span.attributes)].some((value) => String(value).toLowerCase().includes(text)),
  );
}
