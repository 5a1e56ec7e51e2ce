import type { Mail } from './store.ts';

// Short enough that a code is there when one looks, long enough not to flicker.
const REFRESH_SECONDS = 3;

const STYLE = `
:root { color-scheme: light dark; --ground: #f6f5f2; --card: #fff; --ink: #1d2733; --soft: #5d6b7a; --line: #dfe3e8; --accent: #c8402f; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1d232b; --ink: #e8ebef; --soft: #9aa7b4; --line: #323b46; --accent: #ff8473; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; }
.lead { color: var(--soft); margin: .25rem 0 1.5rem; }
form { display: flex; gap: .5rem; margin-bottom: 1.5rem; }
input { flex: 1; min-width: 0; font: inherit; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; }
button { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin-bottom: 1rem; overflow-wrap: anywhere; }
article h2 { font-size: 1.05rem; margin: 0; }
.meta { color: var(--soft); font-size: .875rem; margin: 0 0 .5rem; }
.code { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; margin-top: .75rem; }
.code output { font: 600 1.6rem/1.2 ui-monospace, monospace; letter-spacing: .15em; }
.empty { border: 1px dashed var(--line); border-radius: .75rem; padding: 2.5rem 1rem; text-align: center; color: var(--soft); }`;

/** Asks for the page again and swaps the list, so that typing and focus are left alone; copying says that it worked. */
const SCRIPT = `
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-code]');
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.code);
  button.textContent = 'Copied';
});
setInterval(async () => {
  if (document.hidden) return;
  const page = await fetch(location.href, { headers: { accept: 'text/html' } }).then((answer) => answer.text()).catch(() => undefined);
  if (!page) return;
  const fresh = new DOMParser().parseFromString(page, 'text/html').querySelector('#mails');
  const shown = document.querySelector('#mails');
  if (fresh && fresh.dataset.newest !== shown.dataset.newest) shown.replaceWith(document.importNode(fresh, true));
}, ${REFRESH_SECONDS * 1000});`;

/** The inbox as a page that works without its script too, by reloading. */
export function renderMailPage(mails: readonly Mail[], to: string | undefined): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mail · Torii</title>
<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Mail</h1>
<p class="lead">Everything the platform would send by e-mail stays on this machine.</p>
<form role="search"><input type="search" name="to" aria-label="E-mail address" placeholder="Address, or empty for all" value="${escapeHtml(to ?? '')}"><button>Show</button></form>
${renderList(mails, to)}
</main>
<script>${SCRIPT}</script>
</body>
</html>`;
}

function renderList(mails: readonly Mail[], to: string | undefined): string {
  const newest = escapeHtml(`${mails[0]?.at ?? ''} ${mails.length}`);
  const nothing = to === undefined ? 'No mail yet. Sign up, and the code arrives here.' : `No mail for ${escapeHtml(to)} yet.`;
  const content = mails.length === 0 ? `<p class="empty">${nothing}</p>` : mails.map(renderMail).join('\n');
  return `<section id="mails" aria-live="polite" data-newest="${newest}">${content}</section>`;
}

function renderMail(mail: Mail): string {
  const at = escapeHtml(mail.at);
  return `<article>
<h2>${escapeHtml(mail.subject)}</h2>
<p class="meta">to ${escapeHtml(mail.to)} · <time datetime="${at}">${at.replace('T', ' ').slice(0, 19)} UTC</time></p>
<div>${escapeHtml(plainText(mail.text))}</div>
${mail.code === null ? '' : renderCode(mail.code)}
</article>`;
}

function renderCode(code: string): string {
  const safe = escapeHtml(code);
  return `<div class="code"><output>${safe}</output><button type="button" data-code="${safe}">Copy</button></div>`;
}

/** Cognito's texts may hold markup; here it is never trusted. */
function plainText(text: string): string {
  return text.replace(/<br\s*\/?>/gi, '\n').replace(/<[^>]*>/g, '');
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
