import type { Broker, QueueSummary } from '../fauxqs/broker.ts';
import { html, type Html } from './html.ts';
import { formatAge, jsonReply, renderPage, wantsHtml } from './layout.ts';
import { renderMessages } from './message-list.ts';
import type { ConsoleRoute } from './route.ts';

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
        const queue = broker.queues.queuesByName.get(name);
        const queues = broker.listQueues();
        const origin = queues.find(({ deadLetterArn }) => deadLetterArn !== undefined && deadLetterArn === queue?.arn)?.name;
        const labelOf = shortNames(queues.map((summary) => summary.name));
        const content =
          queue === undefined
            ? html`<p class="empty">There is no such queue.</p>`
            : renderMessages(queue, origin === undefined ? undefined : labelOf(origin));
        return renderPage({ title: name, section: '/queues', isLive: true, content });
      },
    },
  ];
}

/** A row for each queue with the depth of its dead-letter queue; those that are nobody's have a row of their own. */
function renderQueues(queues: readonly QueueSummary[]): Html {
  if (queues.length === 0) return html`<p class="empty">The templates have no queues.</p>`;
  const byArn = new Map(queues.map((queue) => [queue.arn, queue]));
  const deadLetterArns = new Set(queues.map(({ deadLetterArn }) => deadLetterArn));
  const labelOf = shortNames(queues.map(({ name }) => name));
  const link = (queue: QueueSummary, text: Html): Html =>
    html`<a href="/queues/${encodeURIComponent(queue.name)}" title="${queue.name}">${text}</a>`;
  const rows = queues
    .filter(({ arn }) => !deadLetterArns.has(arn))
    .map((queue) => {
      const deadLetters = byArn.get(queue.deadLetterArn ?? '');
      const dead = (deadLetters?.visible ?? 0) + (deadLetters?.inFlight ?? 0);
      return html`<tr>
        <td class="giving">${link(queue, html`${labelOf(queue.name)}`)}</td>
        <td class="number">${queue.visible}</td>
        <td class="number">${queue.inFlight}</td>
        <td class="number wide">${queue.delayed}</td>
        <td class="number wide">${queue.oldestSentAt === undefined ? '' : formatAge(Date.now() - queue.oldestSentAt)}</td>
        <td class="number">
          ${deadLetters !== undefined && link(deadLetters, html`<span class="${dead > 0 ? 'bad' : 'soft'}">${dead}</span>`)}
        </td>
      </tr>`;
    });
  return html`<section class="card scroll">
    <table>
      <thead>
        <tr>
          <th>Queue</th>
          <th class="number">waiting</th>
          <th class="number">in flight</th>
          <th class="number wide">delayed</th>
          <th class="number wide">oldest</th>
          <th class="number">dead</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}

/** Names that CloudFormation made, without what all of them begin with and without its suffixes. */
export function shortNames(names: readonly string[]): (name: string) => string {
  const [first = '', ...others] = names;
  const parts = first.split('-');
  const shared = parts.findIndex((_part, index) => !others.every((name) => name.startsWith(`${parts.slice(0, index + 1).join('-')}-`)));
  const prefix = shared > 0 && others.length > 0 ? `${parts.slice(0, shared).join('-')}-` : '';
  return (name) => {
    const short = name
      .slice(prefix.length)
      .replace(/-[0-9a-f]{8}$/, '')
      .replace(/[0-9A-F]{8}$/, '');
    return short === '' ? name : short;
  };
}
