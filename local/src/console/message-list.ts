// What waits in one queue, without taking it, masked; of dead letters, why they are there.
import type { Queue, StoredMessage } from '../fauxqs/internals.ts';
import { maskText } from '../mask.ts';
import { html, type Html } from './html.ts';
import { formatAge, formatTime } from './layout.ts';

/** Messages that are shown. */
const SHOWN_MESSAGES = 25;
const SHOWN_CHARACTERS = 4000;
/** A dead letter that its queue moved carries no reason: its consumer ended at every delivery. */
const REASON_OF_QUEUE = 'receive-count-exceeded';

/** @param origin short name of the queue whose dead letters these are, if they are */
export function renderMessages(queue: Queue, origin: string | undefined): Html {
  const messages = queue.messages.slice(0, SHOWN_MESSAGES);
  if (messages.length === 0) return html`<p class="empty">Nothing waits here. ${queue.inflightMessages.size} in flight.</p>`;
  const rows = messages.map((message) => (origin === undefined ? renderMessage(message) : renderDeadLetter(message)));
  return html`<p class="soft">The first ${messages.length} of ${queue.messages.length}. Looking takes nothing away.</p>
    ${origin !== undefined && renderAdvice(origin)}
    <div class="messages">${rows}</div>`;
}

function renderMessage(message: StoredMessage): Html {
  return html`<details class="card">
    <summary>
      ${formatTime(message.sentTimestamp)} · ${typeOf(message)}
      <span class="soft">${ageOf(message)} ago, received ${message.approximateReceiveCount} times</span>
    </summary>
    <dl>${renderAttributes(message)}</dl>
    ${renderBody(message)}
  </details>`;
}

function renderDeadLetter(message: StoredMessage): Html {
  const failure = parseObject(message.messageAttributes['failure']?.StringValue ?? '');
  return html`<details class="card">
    <summary>
      <span class="bad">${textOf(failure?.['reason']) ?? REASON_OF_QUEUE}</span> · ${typeOf(message)}
      <span class="soft">${ageOf(message)} ago</span>
    </summary>
    <dl>
      ${failure === undefined ? renderQueueReason(message) : renderFailure(failure)}
      ${renderTrace(textOf(failure?.['traceId']) ?? textOf(parseObject(message.body)?.['traceparent'])?.split('-')[1])}
      <dt>message id</dt>
      <dd>${textOf(parseObject(message.body)?.['id']) ?? message.messageId}</dd>
      ${renderAttributes(message)}
    </dl>
    ${renderBody(message)}
  </details>`;
}

function renderQueueReason({ approximateReceiveCount }: StoredMessage): Html {
  return html`<dt>moved by</dt>
    <dd>
      its queue, because its consumer ended at every
      delivery${approximateReceiveCount > 0 && html`; received ${approximateReceiveCount} times here`}
    </dd>`;
}

/** Of the consumer's attribute `failure`, what it has. */
const FAILURE_FIELDS: readonly (readonly [field: string, label: string])[] = [
  ['consumer', 'consumer'],
  ['failedAt', 'failed at'],
  ['attempts', 'attempts'],
  ['firstError', 'first error'],
  ['lastError', 'last error'],
];

function renderFailure(failure: Readonly<Record<string, unknown>>): Html {
  // Of a single attempt, or when each ended alike, once is enough.
  const isSame = textOf(failure['firstError']) === textOf(failure['lastError']);
  const fields = FAILURE_FIELDS.flatMap(([field, label]) => {
    const text = textOf(failure[field]);
    return text === undefined || (isSame && field === 'firstError')
      ? []
      : html`<dt>${label}</dt>
          <dd>${maskText(text)}</dd>`;
  });
  return html`${fields}`;
}

function renderAdvice(origin: string): Html {
  return html`<p class="soft">
    Reasons are explained in <code>docs/errors.md</code>, what to do in <code>docs/runbook.md</code> (dead letters arrived). Mend the cause,
    then send them back: <code>npm run dlq -- redrive --queue ${origin} --dry-run</code>, and again without its last word.
  </p>`;
}

function renderTrace(traceId: string | undefined): Html | undefined {
  if (traceId === undefined) return undefined;
  return html`<dt>trace</dt>
    <dd><a href="/traces/${encodeURIComponent(traceId)}">${traceId}</a></dd>`;
}

/** Those that travel beside the body, but for the reason, which has been told. */
function renderAttributes({ messageAttributes }: StoredMessage): readonly Html[] {
  return Object.entries(messageAttributes).flatMap(([name, { StringValue }]) =>
    name === 'failure' || StringValue === undefined
      ? []
      : html`<dt>${name}</dt>
          <dd>${maskText(StringValue)}</dd>`,
  );
}

function renderBody({ body }: StoredMessage): Html {
  const message = parseObject(body);
  const text = message === undefined ? body : JSON.stringify(message, undefined, 2);
  return html`<pre class="scroll">${maskText(text).slice(0, SHOWN_CHARACTERS)}</pre>`;
}

function typeOf({ body }: StoredMessage): string {
  const message = parseObject(body);
  return textOf(message?.['type']) ?? textOf(message?.['detail-type']) ?? 'message';
}

function ageOf({ sentTimestamp }: StoredMessage): string {
  return formatAge(Date.now() - sentTimestamp);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
