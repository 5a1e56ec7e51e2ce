import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { item } from '@torii/contracts';
import type { SeededRandom } from '../random.ts';
import { type Answer, type ApiClient, NOBODY_THERE } from './client.ts';
import type { Recorder } from './memory.ts';

export interface WriterOptions {
  readonly client: ApiClient;
  readonly recorder: Recorder;
  readonly random: SeededRandom;
  readonly isStopping: () => boolean;
  /** Between two writes. */
  readonly pauseMs: number;
  /** Characters of each description: large ones fill disks. */
  readonly descriptionLength: () => number;
}

interface KnownItem {
  readonly id: string;
  readonly sku: string;
  readonly version: number;
}

/** After `stop`, a client goes on trying this long before it calls the outcome unknown. */
const LAST_TRIES_MS = 25_000;
const RETRY_MS = 80;

/** One person at work on items of their own: creates, changes, deletes, and asks for what must be refused. Repeats what had no answer. */
export async function runWriter(options: WriterOptions): Promise<void> {
  const items: KnownItem[] = [];
  while (!options.isStopping()) {
    const chance = options.random.next();
    if (chance < 0.08) await askForTheRefusable(options, items);
    else if (chance < 0.5 || items.length < 3) await create(options, items);
    else if (chance < 0.88) await change(options, items);
    else await remove(options, items);
    await delay(options.pauseMs);
  }
}

async function create(options: WriterOptions, items: KnownItem[]): Promise<void> {
  const marker = createMarker();
  const body = {
    sku: marker,
    name: marker,
    status: 'listed',
    price: price(options.random),
    description: 'd'.repeat(options.descriptionLength()),
  };
  const { answer, tries } = await persist(options, marker, (client) =>
    client.send('POST', '/catalog/items', { body, headers: { 'idempotency-key': marker } }),
  );
  if (answer === undefined) return options.recorder.giveUp();
  if (answer.status === 201) {
    const { id, version, sku } = item.parse(answer.body);
    items.push({ id, sku, version });
    return options.recorder.acknowledge({ kind: 'create', itemId: id, marker });
  }
  // Nobody else has this sku: an earlier try succeeded, and its answer is not repeated.
  if (tries > 1) return options.recorder.answerOtherwise(`create: ${answer.status} at try ${tries}`);
  options.recorder.refuse(marker);
}

async function change(options: WriterOptions, items: KnownItem[]): Promise<void> {
  const known = take(items, options.random);
  const marker = createMarker();
  const headers = { 'if-match': `"${known.version}"`, 'idempotency-key': marker };
  const body = { name: marker, price: price(options.random) };
  const { answer, tries } = await persist(options, marker, (client) =>
    client.send('PATCH', `/catalog/items/${known.id}`, { body, headers }),
  );
  if (answer === undefined) return options.recorder.giveUp();
  if (answer.status === 200) {
    items.push({ ...known, version: item.parse(answer.body).version });
    return options.recorder.acknowledge({ kind: 'change', itemId: known.id, marker });
  }
  // Nobody else changes this item: an earlier try succeeded, and its answer is not repeated.
  if (tries > 1) return options.recorder.answerOtherwise(`change: ${answer.status} at try ${tries}`);
  options.recorder.refuse(marker);
}

async function remove(options: WriterOptions, items: KnownItem[]): Promise<void> {
  const known = take(items, options.random);
  const marker = createMarker();
  const headers = { 'if-match': `"${known.version}"`, 'idempotency-key': marker };
  const { answer, tries } = await persist(options, marker, (client) => client.send('DELETE', `/catalog/items/${known.id}`, { headers }));
  if (answer === undefined) return options.recorder.giveUp();
  if (answer.status === 204) return options.recorder.acknowledge({ kind: 'delete', itemId: known.id, marker: undefined });
  options.recorder.answerOtherwise(`delete: ${answer.status} at try ${tries}`);
}

/** A draft that breaks a rule, a sku that is taken, a change of a version that is gone. */
async function askForTheRefusable(options: WriterOptions, items: readonly KnownItem[]): Promise<void> {
  const marker = createMarker();
  const known = items[0];
  const ways = [
    (client: ApiClient) => client.send('POST', '/catalog/items', { body: { sku: marker, name: marker, status: 'listed' } }),
    ...(known === undefined
      ? []
      : [
          (client: ApiClient) => client.send('POST', '/catalog/items', { body: { sku: known.sku, name: marker } }),
          (client: ApiClient) =>
            client.send('PATCH', `/catalog/items/${known.id}`, {
              body: { name: marker },
              headers: { 'if-match': `"${known.version + 1000}"` },
            }),
        ]),
  ];
  const { answer } = await persist(options, marker, options.random.pick(ways));
  if (answer === undefined) options.recorder.giveUp();
  else options.recorder.refuse(marker);
}

/** Repeats the same request until somebody answers it with yes or no. */
async function persist(
  { client, recorder, isStopping }: WriterOptions,
  marker: string,
  send: (client: ApiClient) => Promise<Answer | undefined>,
): Promise<{ readonly answer: Answer | undefined; readonly tries: number }> {
  let stoppingSinceMs: number | undefined;
  for (let tries = 1; ; tries += 1) {
    const startedAtMs = performance.now();
    const answer = await send(client);
    if (answer !== undefined && answer.status !== NOBODY_THERE) recorder.answered(performance.now() - startedAtMs);
    if (answer !== undefined && isFinal(answer)) return { answer, tries };
    recorder.trouble(answer?.status ?? 0, marker);
    if (isStopping()) stoppingSinceMs ??= performance.now();
    if (stoppingSinceMs !== undefined && performance.now() - stoppingSinceMs > LAST_TRIES_MS) return { answer: undefined, tries };
    await delay(RETRY_MS);
  }
}

function isFinal({ status }: Answer): boolean {
  return status !== NOBODY_THERE && status < 500 && status !== 429;
}

function take(items: KnownItem[], random: SeededRandom): KnownItem {
  const [known] = items.splice(random.between(0, items.length), 1);
  if (known === undefined) throw new Error('No item can be taken: there is none.');
  return known;
}

function price(random: SeededRandom): { readonly amountMinor: number; readonly currency: string } {
  return { amountMinor: random.between(1, 100_000), currency: 'EUR' };
}

function createMarker(): string {
  return `w-${randomUUID()}`;
}
