import type { Broker, QueueSummary } from '../fauxqs/broker.ts';
import { maskText } from '../mask.ts';
import { html, type Html } from './html.ts';
import { formatTime, jsonReply, renderPage, wantsHtml } from './layout.ts';
import type { ConsoleRoute } from './route.ts';

/** Messages of one queue that are shown; they stay in it. */
const SHOWN_MESSAGES = 25;
const SHOWN_CHARACTERS = 4000;

/** `/queues`: every queue with its depth; `/queues/<name>`: what waits in one, without taking it. */
export function queueRoutes(broker: Pick<Broker, 'listQueues' | 'queues'>): readonly ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/queues',
      handle: async (request) => {
        const queues = [...broker.listQueues()].sort((left, right) => left.name.localeCompare(right.name));
        if (!wantsHtml(request)) return jsonReply({ queues });
        return renderPage({ title: 'Queues', section: '/queues', isLive: true, content: renderQueues(queues) });
      },
    },
    {
      method: 'GET',
      path: '/queues/*',
      handle: async (_request, url) => {
        const name = decodeURIComponent(url.pathname.slice('/queues/'.length));
        return renderPage({ title: name, section: '/queues', isLive: true, content: renderMessages(broker, name) });
      },
    },
  ];
}

function renderQueues(queues: readonly QueueSummary[]): Html {
  if (queues.length === 0) return html`<p class="empty">The templates have no queues.</p>`;
  const deadLetterArns = new Set(queues.map(({ deadLetterArn }) => deadLetterArn));
  const rows = queues.map(({ name, arn, visible, inFlight, delayed }) => {
    const isBad = deadLetterArns.has(arn) && visible + inFlight > 0;
    return html`<tr><td><a href="/queues/${encodeURIComponent(name)}">${name}</a>${deadLetterArns.has(arn) && html` <span class="soft">dead letters</span>`}</td><td class="number${isBad && ' bad'}">${visible}</td><td class="number">${inFlight}</td><td class="number">${delayed}</td></tr>`;
  });
  return html`<section class="card scroll"><table><thead><tr><th>Queue</th><th class="number">waiting</th><th class="number">in flight</th><th class="number">delayed</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function renderMessages(broker: Pick<Broker, 'queues'>, name: string): Html {
  const queue = broker.queues.queuesByName.get(name);
  if (queue === undefined) return html`<p class="empty">There is no such queue.</p>`;
  const messages = queue.messages.slice(0, SHOWN_MESSAGES);
  if (messages.length === 0) return html`<p class="empty">Nothing waits here. ${queue.inflightMessages.size} in flight.</p>`;
  const rows = messages.map(
    (message) => html`<details class="card"><summary>${formatTime(message.sentTimestamp)} · ${describeMessage(message.body)} <span class="soft">received ${message.approximateReceiveCount} times</span></summary><pre class="scroll">${maskText(formatJson(message.body)).slice(0, SHOWN_CHARACTERS)}</pre></details>`,
  );
  return html`<p class="soft">The first ${messages.length} of ${queue.messages.length}. Looking takes nothing away.</p>${rows}`;
}

function describeMessage(body: string): string {
  const message = parseObject(body);
  return String(message?.['type'] ?? message?.['detail-type'] ?? 'message');
}

function formatJson(body: string): string {
  const message = parseObject(body);
  return message === undefined ? body : JSON.stringify(message, undefined, 2);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
