import { join } from 'node:path';
import { jsonReply, wantsHtml } from '../console/layout.ts';
import type { ConsoleRoute } from '../console/route.ts';
import type { LocalContext, MailDelivery } from '../provider.ts';
import { renderMailPage } from './page.ts';
import { openMailStore } from './store.ts';

export interface MailInbox extends MailDelivery {
  /** `GET /mail?to=<address>`, to be mounted on the console's listener. */
  readonly routes: readonly ConsoleRoute[];
  close(): void;
}

/** Keeps whatever AWS would send by e-mail, under `<state>/mail`, for people to read and tests to fetch. */
export function createMailInbox(context: Pick<LocalContext, 'stateFolder'>, now: () => number = Date.now): MailInbox {
  const store = openMailStore(join(context.stateFolder, 'mail'));
  const list: ConsoleRoute['handle'] = async (request, url) => {
    const to = url.searchParams.get('to')?.trim() || undefined;
    const mails = store.list(to);
    return wantsHtml(request) ? renderMailPage(mails, to) : jsonReply({ messages: mails });
  };
  return {
    routes: [{ method: 'GET', path: '/mail', handle: list }],
    deliver: ({ to, subject, text, code }) => store.add({ to, subject, text, code: code ?? null, at: new Date(now()).toISOString() }),
    close: () => store.close(),
  };
}
