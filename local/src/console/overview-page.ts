import type { QueueSummary } from '../fauxqs/broker.ts';
import type { AlarmStatus } from '../providers/cloudwatch/alarms.ts';
import type { TraceSummary } from '../providers/xray/span-store.ts';
import { html, type Html } from './html.ts';
import { formatDuration, renderPage } from './layout.ts';
import type { ConsoleRoute } from './route.ts';

export interface ServiceStatus {
  readonly name: string;
  readonly state: 'healthy' | 'starting' | 'unhealthy' | 'stopped';
  /** One line, such as the address or how often it was restarted. */
  readonly detail?: string;
}
/** What the console shows of the platform; each is asked at every request. */
export interface PlatformStatus {
  listAddresses(): readonly { readonly label: string; readonly url: string }[];
  listServices(): readonly ServiceStatus[];
  listAlarms(): readonly AlarmStatus[];
  /** What dashboards show in figures, counted since the start. */
  listFigures(): readonly { readonly label: string; readonly value: number }[];
  listQueues(): readonly QueueSummary[];
  listTraces(): readonly TraceSummary[];
}

export function overviewRoute(status: PlatformStatus): ConsoleRoute {
  return {
    method: 'GET',
    path: '/',
    handle: async () =>
      renderPage({
        title: 'Overview',
        section: '/',
        isLive: true,
        content: html`<div class="cards">
            ${servicesCard(status.listServices())}${addressesCard(status)}${queuesCard(status.listQueues())}${alarmsCard(status.listAlarms())}${figuresCard(status.listFigures())}
          </div>
          ${tracesCard(status.listTraces())}`,
      }),
  };
}

const STATE_CLASS = { healthy: 'good', starting: 'warn', unhealthy: 'bad', stopped: 'bad' } as const;

function servicesCard(services: readonly ServiceStatus[]): Html {
  const rows = services.map(
    ({ name, state, detail }) =>
      html`<tr>
        <td>${name}</td>
        <td class="state ${STATE_CLASS[state]}">● ${state}</td>
        <td class="soft giving">${detail}</td>
      </tr>`,
  );
  return html`<section class="card">
    <h2>Services</h2>
    <div class="scroll">
      <table>
        ${rows}
      </table>
    </div>
  </section>`;
}

function addressesCard(status: PlatformStatus): Html {
  const rows = status.listAddresses().map(
    ({ label, url }) =>
      html`<dt>${label}</dt>
        <dd><a href="${url}">${url}</a></dd>`,
  );
  return html`<section class="card">
    <h2>Addresses</h2>
    <dl>${rows}</dl>
  </section>`;
}

function queuesCard(queues: readonly QueueSummary[]): Html {
  const deadLetterArns = new Set(queues.map(({ deadLetterArn }) => deadLetterArn));
  const sum = (list: readonly QueueSummary[]): number =>
    list.reduce((total, { visible, inFlight, delayed }) => total + visible + inFlight + delayed, 0);
  const dead = sum(queues.filter(({ arn }) => deadLetterArns.has(arn)));
  const waiting = sum(queues.filter(({ arn }) => !deadLetterArns.has(arn)));
  return html`<section class="card">
    <h2>Messages</h2>
    <dl>
      <dt>in queues</dt>
      <dd>${waiting}</dd>
      <dt>dead letters</dt>
      <dd class="${dead > 0 ? 'bad' : 'good'}">${dead}</dd>
    </dl>
    <p><a href="/queues">All queues</a></p>
  </section>`;
}

function alarmsCard(alarms: readonly AlarmStatus[]): Html {
  const ringing = alarms.filter(({ state }) => state === 'ALARM');
  const rows = ringing.map(({ alarm }) => html`<li>${alarm.description === '' ? alarm.name : alarm.description}</li>`);
  return html`<section class="card">
    <h2>Alarms</h2>
    ${
      ringing.length === 0
        ? html`<p class="good">● none of ${alarms.length} rings</p>`
        : html`<ul class="bad">
            ${rows}
          </ul>`
    }
  </section>`;
}

function figuresCard(figures: ReturnType<PlatformStatus['listFigures']>): Html {
  const rows = figures.map(
    ({ label, value }) =>
      html`<dt>${label}</dt>
        <dd>${value}</dd>`,
  );
  return html`<section class="card">
    <h2>Business, since the start</h2>
    <dl>${rows}</dl>
  </section>`;
}

function tracesCard(traces: readonly TraceSummary[]): Html {
  const rows = traces.map(
    (trace) =>
      html`<tr>
        <td><a href="/traces/${trace.traceId}">${trace.name}</a>${trace.error && html` <span class="bad">failed</span>`}</td>
        <td class="soft wide">${trace.services.join(', ')}</td>
        <td class="number">${formatDuration(trace.durationMs)}</td>
      </tr>`,
  );
  const table = html`<div class="scroll">
    <table>
      ${rows}
    </table>
  </div>`;
  return html`<section class="card">
    <h2>Latest traces</h2>
    ${traces.length === 0 ? html`<p class="soft">Nothing yet. Use the web page, and its requests appear here.</p>` : table}
  </section>`;
}
