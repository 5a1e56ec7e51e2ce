import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { ConsoleRoute, ConsoleReply } from '../console/route.ts';
import type { LocalContext, MailDelivery } from '../provider.ts';
import { renderMailPage } from './page.ts';
import { openMailStore } from './store.ts';

export interface MailInbox extends MailDelivery {
  /** `GET /mail`, to be mounted on the console's listener. */
  readonly routes: readonly ConsoleRoute[];
  close(): void;
}

/** Keeps whatever AWS would send by e-mail, under `<state>/mail`, for people to read and tests to fetch. */
export function createMailInbox(context: Pick<LocalContext, 'stateFolder'>, now: () => number = Date.now): MailInbox {
  const store = openMailStore(join(context.stateFolder, 'mail'));
  const list = async (request: IncomingMessage, url: URL): Promise<ConsoleReply> => {
    const to = url.searchParams.get('to')?.trim() || undefined;
    const mails = store.list(to);
    if (wantsJson(request)) return reply('application/json', JSON.stringify({ messages: mails }));
    return reply('text/html; charset=utf-8', renderMailPage(mails, to));
  };
  return {
    routes: [{ method: 'GET', path: '/mail', handle: list }],
    deliver: ({ to, subject, text, code }) => store.add({ to, subject, text, code: code ?? null, at: new Date(now()).toISOString() }),
    close: () => store.close(),
  };
}

function wantsJson(request: IncomingMessage): boolean {
  const accept = request.headers.accept ?? '';
  return accept.includes('application/json') && !accept.includes('text/html');
}

function reply(contentType: string, body: string): ConsoleReply {
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body };
}
