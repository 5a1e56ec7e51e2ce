import type { Fault, Reply } from './queue-proxy.ts';

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

/** URLs that the broker gives out lead past this proxy; they are made to lead through it. */
export function replacingOrigin(broker: string, proxy: () => string): Fault {
  return async (call, forward) => {
    const outcome = await forward(call);
    if (typeof outcome === 'string' || call.operation !== 'GetQueueUrl') return outcome;
    return { ...outcome, body: Buffer.from(outcome.body.toString('utf8').replaceAll(broker, proxy())) };
  };
}

export interface Traffic {
  readonly fault: Fault;
  /** Messages that left the queue, by the id of what they carry. */
  deliveries(): { readonly total: number; readonly repeated: number };
  /** Times that a consumer asked to keep a message for longer. */
  heartbeats(): number;
  /** Body of some message that was delivered. */
  findBody(messageId: string): string | undefined;
  reset(): void;
}

/** Counts what is delivered from one queue. */
export function countingTraffic(queue: string): Traffic {
  const seen = new Map<string, number>();
  const bodies = new Map<string, string>();
  let heartbeats = 0;
  return {
    fault: async (call, forward) => {
      if (call.target === queue && call.operation === 'ChangeMessageVisibilityBatch') heartbeats += 1;
      const outcome = await forward(call);
      if (call.target !== queue || call.operation !== 'ReceiveMessage' || typeof outcome === 'string') return outcome;
      for (const { id, body } of listMessages(outcome)) {
        seen.set(id, (seen.get(id) ?? 0) + 1);
        bodies.set(id, body);
      }
      return outcome;
    },
    deliveries: () => {
      const total = [...seen.values()].reduce((sum, times) => sum + times, 0);
      return { total, repeated: total - seen.size };
    },
    heartbeats: () => heartbeats,
    findBody: (messageId) => bodies.get(messageId),
    reset: () => {
      seen.clear();
      bodies.clear();
      heartbeats = 0;
    },
  };
}

/** By the ids of their envelopes: the broker gives every copy of a message an id of its own. */
function listMessages({ body }: Reply): readonly { readonly id: string; readonly body: string }[] {
  const text = body.toString('utf8');
  if (!text.includes('"Messages"')) return [];
  const { Messages: messages = [] } = parseReceived(text);
  return messages.map(({ Body }) => ({ id: /"id":"([^"]+)"/.exec(Body)?.[1] ?? Body, body: Body }));
}

function parseReceived(text: string): { readonly Messages?: readonly { readonly Body: string }[] } {
  return JSON.parse(text) as { readonly Messages?: readonly { readonly Body: string }[] };
}
