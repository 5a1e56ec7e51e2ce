import { mkdtempSync, rmSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsoleReply } from '../console/route.ts';
import { createMailInbox, type MailInbox } from './inbox.ts';

let stateFolder: string;
let inbox: MailInbox;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'torii-mail-'));
  inbox = createMailInbox({ stateFolder }, () => Date.UTC(2030, 0, 2));
});
afterEach(() => {
  inbox.close();
  rmSync(stateFolder, { recursive: true });
});

async function show(path: string, accept: string): Promise<ConsoleReply> {
  const request = new IncomingMessage(new Socket());
  request.headers.accept = accept;
  const route = inbox.routes[0];
  if (route === undefined) throw new Error('The inbox has no route');
  return route.handle(request, new URL(path, 'http://localhost'));
}

async function list(path: string): Promise<unknown> {
  return JSON.parse(String((await show(path, 'application/json')).body));
}

describe('mail inbox', () => {
  it('lists an address in any case, newest first', async () => {
    inbox.deliver({ to: 'Ada@example.com', subject: 'One', text: 'Code 111111', code: '111111' });
    inbox.deliver({ to: 'bea@example.com', subject: 'Other', text: 'No code' });
    inbox.deliver({ to: 'ada@example.com', subject: 'Two', text: 'Code 222222', code: '222222' });
    expect(await list('/mail?to=ADA@example.com')).toEqual({
      messages: [
        { to: 'ada@example.com', subject: 'Two', text: 'Code 222222', code: '222222', at: '2030-01-02T00:00:00.000Z' },
        { to: 'Ada@example.com', subject: 'One', text: 'Code 111111', code: '111111', at: '2030-01-02T00:00:00.000Z' },
      ],
    });
    expect(await list('/mail')).toMatchObject({ messages: [{ subject: 'Two' }, { subject: 'Other', code: null }, { subject: 'One' }] });
  });

  it('keeps mails over a restart, and the newest thousand', async () => {
    for (let index = 0; index < 1010; index += 1)
      inbox.deliver({ to: index === 0 ? 'first@example.com' : 'a@example.com', subject: 's', text: 't' });
    inbox.close();
    inbox = createMailInbox({ stateFolder });
    expect(await list('/mail?to=first@example.com')).toEqual({ messages: [] });
    expect(await list('/mail?to=a@example.com')).toMatchObject({ messages: expect.any(Array) });
  });

  it('shows a page with the code and no markup of the sender', async () => {
    inbox.deliver({ to: 'a@example.com', subject: '<script>alert(1)</script>', text: 'Hello<br/><b>123456</b>', code: '123456' });
    const page = String((await show('/mail', 'text/html,*/*')).body);
    expect(page).toContain('data-code="123456"');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<b>123456');
  });
});
