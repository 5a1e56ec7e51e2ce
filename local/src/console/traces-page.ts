import type { Span, SpanStore, Trace, TraceSummary } from '../providers/xray/span-store.ts';
import { toXrayId } from '../providers/xray/span-store.ts';
import { html, type Html } from './html.ts';
import { formatDuration, formatTime, jsonReply, renderPage, wantsHtml } from './layout.ts';
import type { ConsoleReply, ConsoleRoute } from './route.ts';

const SHOWN_TRACES = 200;

/** `/traces?q=` and `/traces/<id>`, as JSON unless a browser asks. */
export function traceRoutes(traces: SpanStore): readonly ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/traces',
      handle: async (request, url) => {
        const query = url.searchParams.get('q') ?? '';
        const found = traces.search(query, SHOWN_TRACES);
        return wantsHtml(request) ? renderList(found, query) : jsonReply({ traces: found });
      },
    },
    {
      method: 'GET',
      path: '/traces/*',
      handle: async (request, url) => {
        const id = decodeURIComponent(url.pathname.slice('/traces/'.length));
        const trace = traces.find(id);
        if (wantsHtml(request)) return trace === undefined ? renderMissing(id) : renderTrace(trace);
        if (trace === undefined) return jsonReply({ message: `Trace ${id} is not known` }, 404);
        return jsonReply({ traceId: trace.traceId, spans: trace.spans.map(({ traceId: _traceId, ...span }) => span) });
      },
    },
  ];
}

function renderList(found: readonly TraceSummary[], query: string): ConsoleReply {
  const rows = found.map(
    (trace) =>
      html`<tr>
        <td class="soft">${formatTime(trace.startMs)}</td>
        <td>
          <a href="/traces/${trace.traceId}">${trace.name}</a>${trace.error && html` <span class="bad">failed</span>`}<br /><span
            class="soft"
            >${trace.services.join(', ')}</span
          >
        </td>
        <td class="number">${trace.spanCount}</td>
        <td class="number">${formatDuration(trace.durationMs)}</td>
      </tr>`,
  );
  const table = html`<section class="card scroll">
    <table>
      <thead>
        <tr>
          <th>began</th>
          <th>trace</th>
          <th class="number">spans</th>
          <th class="number">took</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
  return renderPage({
    title: 'Traces',
    section: '/traces',
    isLive: true,
    fixed: html`<form role="search">
      <input type="search" name="q" aria-label="Filter" placeholder="Service, operation, attribute or id" value="${query}" /><button>
        Show
      </button>
    </form>`,
    content:
      found.length === 0
        ? html`<p class="empty">No traces${query !== '' && html` that mention “${query}”`}. Use the platform, and they appear here.</p>`
        : table,
  });
}

function renderMissing(id: string): ConsoleReply {
  return renderPage({
    title: 'Trace',
    section: '/traces',
    isLive: true,
    content: html`<p class="empty">Trace ${id} is not known: its spans have not come yet, or it was before this start.</p>`,
  });
}

function renderTrace(trace: Trace): ConsoleReply {
  const startMs = Math.min(...trace.spans.map((span) => span.startMs));
  const durationMs = Math.max(...trace.spans.map((span) => span.startMs + span.durationMs)) - startMs;
  const ordered = orderByParent(trace.spans);
  const services = new Set(trace.spans.map(({ service }) => service)).size;
  return renderPage({
    title: ordered[0]?.span.name ?? 'Trace',
    section: '/traces',
    isLive: true,
    content: html`<p class="soft">
        ${formatTime(startMs)} UTC · ${formatDuration(durationMs)} · ${trace.spans.length} spans in ${services} services<br />${trace.traceId}
        · ${toXrayId(trace.traceId)}
      </p>
      <section class="card">${ordered.map((row) => renderSpan(row, { startMs, durationMs }))}</section>`,
  });
}

interface Row {
  readonly span: Span;
  readonly depth: number;
}

/** Each span below the one that caused it; spans whose parent has not come stand at the top. */
function orderByParent(spans: readonly Span[]): readonly Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const childrenOf = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId !== undefined && ids.has(parentSpanId) ? parentSpanId : undefined,
  );
  const seen = new Set<string>();
  const descend = (parentSpanId: string | undefined, depth: number): readonly Row[] =>
    (childrenOf.get(parentSpanId) ?? []).flatMap((span) => {
      if (seen.has(span.spanId)) return [];
      seen.add(span.spanId);
      return [{ span, depth }, ...descend(span.spanId, depth + 1)];
    });
  return descend(undefined, 0);
}

/** Deeper spans are not set in further: on a telephone nothing would be left. */
const MAX_INDENT = 8;

function renderSpan({ span, depth }: Row, trace: { readonly startMs: number; readonly durationMs: number }): Html {
  const percent = (value: number): string => ((value / Math.max(trace.durationMs, 0.001)) * 100).toFixed(2);
  const attributes = Object.entries(span.attributes).map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd>${String(value)}</dd>`,
  );
  return html`<details>
    <summary class="span">
      <span class="name" style="padding-left:${Math.min(depth, MAX_INDENT) * 0.9}rem"
        >${span.name} <span class="soft">${span.service}</span></span
      ><span class="track"
        ><span
          class="bar${span.error && ' failed'}"
          style="display:block;margin-left:${percent(span.startMs - trace.startMs)}%;width:${percent(span.durationMs)}%"
        ></span></span
      ><span class="time">${formatDuration(span.durationMs)}</span>
    </summary>
    <dl>
      <dt>span</dt>
      <dd>${span.spanId}</dd>
      ${attributes}
    </dl>
  </details>`;
}
