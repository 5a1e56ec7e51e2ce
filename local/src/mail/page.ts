import { html, type Html } from '../console/html.ts';
import { renderPage } from '../console/layout.ts';
import type { ConsoleReply } from '../console/route.ts';
import type { Mail } from './store.ts';

const EXTRA_STYLE = `
.code { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin-top: .75rem; }
.code output { font: 600 1.6rem/1.2 ui-monospace, monospace; letter-spacing: .12em; user-select: all; }
.mail + .mail { margin-top: 1rem; }
.mail p { margin: 0 0 .5rem; }
.mail .text { white-space: pre-line; }`;

/** Copying says that it worked until the page is renewed. */
const COPY_SCRIPT = `document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button[data-code]');
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.code);
  button.textContent = 'Copied';
});`;

/** The inbox of one address, or of all, among the console's pages. */
export function renderMailPage(mails: readonly Mail[], to: string | undefined): ConsoleReply {
  return renderPage({ title: 'Mail', section: '/mail', isLive: true, fixed: renderForm(to), content: renderList(mails, to) });
}

function renderForm(to: string | undefined): Html {
  return html`<style>
      ${{ markup: EXTRA_STYLE }}
    </style>
    <script>
      ${{ markup: COPY_SCRIPT }};
    </script>
    <p class="soft">Everything the platform would send by e-mail stays on this machine.</p>
    <form role="search">
      <input type="search" name="to" aria-label="E-mail address" placeholder="Address, or empty for all" value="${to ?? ''}" /><button>
        Show
      </button>
    </form>`;
}

function renderList(mails: readonly Mail[], to: string | undefined): Html {
  const nothing = to === undefined ? 'No mail yet. Sign up, and the code arrives here.' : `No mail for ${to} yet.`;
  return mails.length === 0 ? html`<p class="empty">${nothing}</p>` : html`${mails.map(renderMail)}`;
}

function renderMail(mail: Mail): Html {
  return html`<article class="card mail">
    <h2>${mail.subject}</h2>
    <p class="soft">to ${mail.to} · <time datetime="${mail.at}">${mail.at.replace('T', ' ').slice(0, 19)} UTC</time></p>
    <div class="text">${plainText(mail.text)}</div>
    ${
      mail.code !== null &&
      html`<div class="code"><output>${mail.code}</output><button type="button" data-code="${mail.code}">Copy</button></div>`
    }
  </article>`;
}

/** Cognito's texts may hold markup; here it is never trusted. */
function plainText(text: string): string {
  return text.replace(/<br\s*\/?>/gi, '\n').replace(/<[^>]*>/g, '');
}
