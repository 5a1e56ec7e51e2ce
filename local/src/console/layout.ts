// The frame of every page of the console, and the answers routes give.
import type { IncomingMessage } from 'node:http';
import { type Html, html } from './html.ts';
import type { ConsoleReply } from './route.ts';
import { STYLE } from './style.ts';

const PAGES = [
  ['/', 'Overview'],
  ['/processes', 'Processes'],
  ['/mail', 'Mail'],
  ['/queues', 'Queues'],
  ['/logs', 'Logs'],
  ['/traces', 'Traces'],
] as const;

/** Asks for the page again and swaps its content, so that typing, focus and scrolling are left alone. */
const LIVE_SCRIPT = `setInterval(async () => {
  if (document.hidden || document.querySelector('main details[open]') || String(getSelection())) return;
  const page = await fetch(location.href, { headers: { accept: 'text/html' } }).then((answer) => answer.text()).catch(() => undefined);
  const fresh = page && new DOMParser().parseFromString(page, 'text/html').querySelector('#live');
  if (fresh) document.querySelector('#live').replaceChildren(...document.importNode(fresh, true).childNodes);
}, 3000);`;

/** A torii; fonts rarely have the character. */
const MARK = {
  markup:
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M1 3c7 2 15 2 22 0v3l-3 .6V9h2v2.5h-2V22h-3V11.5H7V22H4V11.5H2V9h2V6.6L1 6zm6 4V9h10V7c-3 .4-7 .4-10 0z"/></svg>',
};

interface Page {
  readonly title: string;
  /** Path of the entry of the navigation that this page belongs to. */
  readonly section: (typeof PAGES)[number][0];
  /** Above what is renewed: forms. */
  readonly fixed?: Html;
  readonly content: Html;
  readonly isLive: boolean;
}

export function renderPage({ title, section, fixed, content, isLive }: Page): ConsoleReply {
  const links = PAGES.map(([path, name]) =>
    path === section ? html`<a href="${path}" aria-current="page">${name}</a>` : html`<a href="${path}">${name}</a>`,
  );
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Torii</title>
        <link rel="icon" href="data:," />
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <header>
          <nav aria-label="Console"><strong>${MARK}Torii</strong>${links}</nav>
        </header>
        <main>
          <h1>${title}</h1>
          ${fixed}
          <div id="live">${content}</div>
        </main>
        ${isLive && { markup: `<script>${LIVE_SCRIPT}</script>` }}
      </body>
    </html>`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page.markup };
}

export function jsonReply(body: unknown, status = 200): ConsoleReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function wantsHtml(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') === true;
}

/** `1.2 s`, `340 ms`, `0.4 ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(milliseconds >= 10_000 ? 0 : 1)} s`;
  return `${milliseconds.toFixed(milliseconds >= 10 ? 0 : 1)} ms`;
}

/** `14:03:27.512`, UTC. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 23);
}

/** `12 s`, `3 min`, `2 h`, `4 d`: how long ago, or for how long. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [unit, size] = AGE_UNITS.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

const AGE_UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
];
