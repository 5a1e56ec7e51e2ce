import { join } from 'node:path';
import { html, type Html } from './html.ts';
import { formatTime, renderPage } from './layout.ts';
import { listLogFiles, type LogEntry, logFolderOf, readLogTail } from './log-tail.ts';
import type { ConsoleRoute } from './route.ts';

const SHOWN_ENTRIES = 300;
const LEVEL_ORDER = ['debug', 'info', 'warn', 'error'] as const;
const LEVEL_CLASS = { debug: 'soft', info: 'soft', warn: 'warn', error: 'bad' } as const;

/** `/logs?group=&level=&q=`: the end of one group's file. Only names of files that exist are ever opened. */
export function logsRoute(stateFolder: string): ConsoleRoute {
  return {
    method: 'GET',
    path: '/logs',
    handle: async (_request, url) => {
      const groups = await listLogFiles(logFolderOf(stateFolder));
      const group = groups.find((name) => name === url.searchParams.get('group')) ?? groups[0];
      const level = LEVEL_ORDER.find((name) => name === url.searchParams.get('level')) ?? 'debug';
      const query = url.searchParams.get('q') ?? '';
      const entries =
        group === undefined ? [] : await readLogTail(join(logFolderOf(stateFolder), `${group}.log`), filterOf(level, query), SHOWN_ENTRIES);
      return renderPage({
        title: 'Logs',
        section: '/logs',
        isLive: true,
        fixed: renderForm({ groups, group, level, query }),
        content: renderEntries(entries),
      });
    },
  };
}

function filterOf(level: LogEntry['level'], query: string): (entry: LogEntry) => boolean {
  const wanted = query.trim().toLowerCase();
  return (entry) => {
    if (LEVEL_ORDER.indexOf(entry.level) < LEVEL_ORDER.indexOf(level)) return false;
    return wanted === '' || [entry.message, ...Object.values(entry.fields)].some((text) => text.toLowerCase().includes(wanted));
  };
}

interface Form {
  readonly groups: readonly string[];
  readonly group: string | undefined;
  readonly level: string;
  readonly query: string;
}

function renderForm({ groups, group, level, query }: Form): Html {
  const options = (values: readonly string[], chosen: string | undefined): readonly Html[] =>
    values.map((value) => (value === chosen ? html`<option selected>${value}</option>` : html`<option>${value}</option>`));
  return html`<form role="search">
    <select name="group" aria-label="Log group">
      ${options(groups, group)}</select
    ><select name="level" aria-label="Least level">
      ${options(LEVEL_ORDER, level)}</select
    ><input type="search" name="q" aria-label="Text" placeholder="Text, correlation id, trace id" value="${query}" /><button>Show</button>
  </form>`;
}

function renderEntries(entries: readonly LogEntry[]): Html {
  if (entries.length === 0) return html`<p class="empty">No lines.</p>`;
  const rows = entries.toReversed().map(
    (entry) =>
      html`<div class="line">
        <span class="soft">${entry.atMs !== undefined && formatTime(entry.atMs)}</span
        ><span class="${LEVEL_CLASS[entry.level]}">${entry.level}</span>
        <div>${entry.message}${renderFields(entry)}</div>
      </div>`,
  );
  return html`<section class="card">${rows}</section>`;
}

/** Closed, they are named. A line that has nothing else to say, as one of an access log, shows what is in them. */
function renderFields({ message, fields }: LogEntry): Html {
  const rows = Object.entries(fields).map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd>${renderValue(name, value)}</dd>`,
  );
  return rows.length === 0
    ? html``
    : html`<details>
        <summary class="soft">${message === '' ? Object.values(fields).join(' · ') : Object.keys(fields).join(', ')}</summary>
        <dl>${rows}</dl>
      </details>`;
}

function renderValue(name: string, value: string): Html {
  return /^trace_?id$/i.test(name) ? html`<a href="/traces/${encodeURIComponent(value)}">${value}</a>` : html`${value}`;
}
