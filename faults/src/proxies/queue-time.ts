import type { Fault, Reply } from './queue-proxy.ts';
import { readEntries } from './topic-batch.ts';

// SQS's clock runs faster here: a message whose consumer was killed is back after seconds, not after the minute that the topology says.

/** No message stays invisible for longer, whatever the consumer asks for. */
export function shorteningVisibility(seconds: () => number): Fault {
  return (call, forward) => {
    if (call.service !== 'sqs' || !/^(ReceiveMessage|ChangeMessageVisibility(Batch)?)$/.test(call.operation)) return forward(call);
    const text = call.body
      .toString('utf8')
      .replaceAll(
        /"VisibilityTimeout"\s*:\s*(\d+)/g,
        (_match, asked: string) => `"VisibilityTimeout":${Math.min(Number(asked), seconds())}`,
      );
    return forward({ ...call, body: Buffer.from(text) });
  };
}

/** What is taken from the queue is back after so many seconds, whatever its visibility timeout is. */
export function bringingBack(queue: string, seconds: number): Fault {
  return (call, forward) => {
    if (call.target !== queue || call.operation !== 'ReceiveMessage') return forward(call);
    const asked: unknown = JSON.parse(call.body.toString('utf8'));
    return forward({ ...call, body: Buffer.from(JSON.stringify({ ...Object(asked), VisibilityTimeout: seconds })) });
  };
}

/** URLs that the broker gives out lead past this proxy; they are made to lead through it. */
export function replacingOrigin(broker: string, proxy: () => string): Fault {
  return async (call, forward) => {
    const outcome = await forward(call);
    if (typeof outcome === 'string' || call.operation !== 'GetQueueUrl') return outcome;
    return { ...outcome, body: Buffer.from(outcome.body.toString('utf8').replaceAll(broker, proxy())) };
  };
}

export interface Deliveries {
  readonly total: number;
  /** Beyond the first of each message. */
  readonly repeated: number;
}

export interface Traffic {
  readonly fault: Fault;
  /** Messages that left the queue, by the id of what they carry. @param text only those whose bodies contain it */
  deliveries(text?: string): Deliveries;
  /** Messages that left the queue for the first time after a newer version of the same item. */
  overtaken(): number;
  /** Times that a consumer asked to keep a message for longer. */
  heartbeats(): number;
  /** Bodies of messages that were delivered, by their ids. */
  bodies(): ReadonlyMap<string, string>;
  reset(): void;
}

/** Counts what is delivered from one queue. */
export function countingTraffic(queue: string): Traffic {
  const seen = new Map<string, number>();
  const bodies = new Map<string, string>();
  const newest = new Map<string, number>();
  let [heartbeats, overtaken] = [0, 0];
  const note = ({ id, body }: Delivered): void => {
    const isFirst = !seen.has(id);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    bodies.set(id, body);
    const { item, version } = versionOf(body);
    if (item === undefined) return;
    const known = newest.get(item) ?? 0;
    if (isFirst && version < known) overtaken += 1;
    newest.set(item, Math.max(known, version));
  };
  return {
    fault: async (call, forward) => {
      if (call.target === queue && call.operation === 'ChangeMessageVisibilityBatch') heartbeats += 1;
      const outcome = await forward(call);
      if (call.target !== queue || call.operation !== 'ReceiveMessage' || typeof outcome === 'string') return outcome;
      for (const delivered of listMessages(outcome)) note(delivered);
      return outcome;
    },
    deliveries: (text = '') => {
      const times = [...seen].filter(([id]) => bodies.get(id)?.includes(text)).map(([, count]) => count);
      const total = times.reduce((sum, count) => sum + count, 0);
      return { total, repeated: total - times.length };
    },
    overtaken: () => overtaken,
    heartbeats: () => heartbeats,
    bodies: () => bodies,
    reset: () => {
      for (const known of [seen, bodies, newest]) known.clear();
      [heartbeats, overtaken] = [0, 0];
    },
  };
}

/** Of an event of an item. */
function versionOf(body: string): { readonly item: string | undefined; readonly version: number } {
  return { item: /"itemId":"([^"]+)"/.exec(body)?.[1], version: Number(/"version":(\d+)/.exec(body)?.[1] ?? 0) };
}

interface Delivered {
  readonly id: string;
  readonly body: string;
}

export interface Publications {
  readonly fault: Fault;
  /** Messages that SNS took again after it had said that it took them. */
  repeated(): number;
  reset(): void;
}

/** Counts what SNS takes: unlike deliveries, these do not come again because a machine is slow. */
export function countingPublications(): Publications {
  const taken = new Set<string>();
  let repeated = 0;
  return {
    fault: async (call, forward) => {
      const outcome = await forward(call);
      if (call.operation !== 'PublishBatch' || typeof outcome === 'string' || outcome.status >= 300) return outcome;
      for (const { fields } of readEntries(call)) {
        const id = idOf(fields.get('Message') ?? '');
        if (taken.has(id)) repeated += 1;
        taken.add(id);
      }
      return outcome;
    },
    repeated: () => repeated,
    reset: () => {
      taken.clear();
      repeated = 0;
    },
  };
}

/** By the ids of their envelopes: the broker gives every copy of a message an id of its own. */
function listMessages({ body }: Reply): readonly Delivered[] {
  const text = body.toString('utf8');
  if (!text.includes('"Messages"')) return [];
  const { Messages: messages = [] } = parseReceived(text);
  return messages.map(({ Body }) => ({ id: idOf(Body), body: Body }));
}

function idOf(body: string): string {
  return /"id":"([^"]+)"/.exec(body)?.[1] ?? body;
}

function parseReceived(text: string): { readonly Messages?: readonly { readonly Body: string }[] } {
  return JSON.parse(text) as { readonly Messages?: readonly { readonly Body: string }[] };
}
