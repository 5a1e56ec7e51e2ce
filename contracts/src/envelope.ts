import { z } from 'zod';

/**
 * Every message, event or command, travels as CloudEvents 1.0 structured JSON
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). Extension names are lower-case letters and
 * digits only, as the specification asks.
 */
export const envelope = z.object({
  specversion: z.literal('1.0'),
  /** UUID; the inbox recognises a duplicate by it. */
  id: z.string().min(1).max(64),
  /** `/torii/<service>` of the publisher. */
  source: z.string().min(1),
  /** `<service>.<aggregate>.<fact>.v<major>` for an event, `<service>.<verb-noun>.v<major>` for a command. */
  type: z.string().min(1),
  /** Id of the aggregate the message is about; messages of one subject are published in order. */
  subject: z.string().min(1),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  data: z.unknown(),
  /** Version of the aggregate after the change; consumers order by it, never by arrival. */
  aggregateversion: z.number().int().nonnegative().optional(),
  /** W3C trace context of the span that caused the message. */
  traceparent: z.string().optional(),
  /** Same for everything one request set in motion. */
  correlationid: z.string().optional(),
  /** Id of the message that caused this one. */
  causationid: z.string().optional(),
});

/** A parsed message whose data is of type `Data`. */
export interface Envelope<Type extends string = string, Data = unknown> extends Omit<z.infer<typeof envelope>, 'type' | 'data'> {
  readonly type: Type;
  readonly data: Data;
}
