import { z } from 'zod';

/**
 * Every message, event or command, travels as CloudEvents 1.0 structured JSON
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). Extension names are lower-case letters and
 * digits only, as the specification asks.
 */
export const envelope = z.object({
  specversion: z.literal('1.0'),
  // The inbox keeps ids in an ASCII column: another one would be changed there, and taken for a duplicate.
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[!-~]+$/, 'must be printable ASCII without spaces')
    .describe('UUID; the inbox recognises a duplicate by it'),
  source: z.string().min(1).describe('`/torii/<service>` of the publisher'),
  type: z.string().min(1).describe('`<service>.<aggregate>.<fact>.v<major>` of an event, `<service>.<verb-noun>.v<major>` of a command'),
  subject: z.string().min(1).describe('Id of the aggregate the message is about; messages of one subject are published in order'),
  time: z.iso.datetime().describe('When the message was written; ISO 8601, UTC'),
  datacontenttype: z.literal('application/json'),
  data: z.unknown().optional().describe('What the type says; absent while `dataref` stands for it'),
  /** Claim check: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/dataref.md. */
  dataref: z.string().optional().describe('Where the data lies that is too large for a queue: `s3://<bucket>/<key>`'),
  aggregateversion: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Version of the aggregate after the change; consumers order by it, never by arrival'),
  traceparent: z.string().optional().describe('W3C trace context of the span that caused the message'),
  correlationid: z.string().optional().describe('Same for everything that one request set in motion'),
  causationid: z.string().optional().describe('Id of the message that caused this one'),
});

/** A parsed message whose data is of type `Data`. */
export interface Envelope<Type extends string = string, Data = unknown> extends Omit<z.infer<typeof envelope>, 'type' | 'data'> {
  readonly type: Type;
  readonly data: Data;
}
