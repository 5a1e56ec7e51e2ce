import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { parseJson } from './parse-json.ts';
import type { DeadLetterSource } from './queues.ts';

/** Why a consumer gave a message up, as it wrote it into the attribute `failure`. Older consumers wrote `error` alone. */
const failure = z.looseObject({
  reason: z.string(),
  attempts: z.number().optional(),
  error: z.string().optional(),
  firstError: z.string().optional(),
  lastError: z.string().optional(),
  traceId: z.string().optional(),
  consumer: z.string().optional(),
  failedAt: z.iso.datetime().optional(),
});
export type Failure = z.infer<typeof failure>;

/** As much of the envelope as is there: a dead letter need not be one. */
const partOfEnvelope = z.looseObject({
  id: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  subject: z.string().optional().catch(undefined),
  traceparent: z.string().optional().catch(undefined),
  dataref: z.string().optional().catch(undefined),
});
type Body = z.infer<typeof partOfEnvelope>;

export interface DeadLetter {
  readonly queue: DeadLetterSource;
  /** SQS's id: another one after each redrive. */
  readonly messageId: string;
  /** The envelope's id, which stays; SQS's for a body without one. */
  readonly id: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly reason: string;
  readonly attempts: number | undefined;
  /** When it was given up, epoch milliseconds; when it was sent, for a message that the queue itself moved. */
  readonly diedAt: number;
  readonly traceId: string | undefined;
  readonly failure: Failure | undefined;
  /** Where the data lies, for a claim check. */
  readonly dataref: string | undefined;
  readonly body: string;
  /** Without `failure`: what the message had when it was alive. */
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** Of a message without the attribute: its consumer ended at every delivery, and the queue moved it. */
export const MOVED_BY_QUEUE = 'receive-count-exceeded';
const NO_TYPE = '(no type)';

/** @param maxReceiveCount deliveries after which the queue itself gives a message up */
export function parseDeadLetter(queue: DeadLetterSource, maxReceiveCount: number | undefined, message: Message): DeadLetter {
  const { failure: written, ...attributes } = message.MessageAttributes ?? {};
  const why = parseFailure(written?.StringValue) ?? readRuleFailure(attributes);
  const parsed = parseBody(message.Body);
  const messageId = message.MessageId ?? '';
  return {
    queue,
    messageId,
    body: message.Body ?? '',
    attributes,
    ...describeMessage(parsed, attributes, messageId),
    ...describeFailure(why, { maxReceiveCount, sentAt: Number(message.Attributes?.SentTimestamp ?? 0) }),
    traceId: why?.traceId ?? findTraceId(attributes, parsed),
  };
}

function findTraceId(attributes: DeadLetter['attributes'], parsed: Body | undefined): string | undefined {
  return (attributes['traceparent']?.StringValue ?? parsed?.traceparent)?.split('-')[1];
}

function describeMessage(
  parsed: Body | undefined,
  attributes: DeadLetter['attributes'],
  messageId: string,
): Pick<DeadLetter, 'id' | 'type' | 'subject' | 'dataref'> {
  const type = parsed?.type ?? attributes['type']?.StringValue ?? NO_TYPE;
  return { id: parsed?.id ?? messageId, type, subject: parsed?.subject, dataref: parsed?.dataref };
}

function describeFailure(
  failure: Failure | undefined,
  { maxReceiveCount, sentAt }: { readonly maxReceiveCount: number | undefined; readonly sentAt: number },
): Pick<DeadLetter, 'failure' | 'reason' | 'attempts' | 'diedAt'> {
  if (failure === undefined) return { failure, reason: MOVED_BY_QUEUE, attempts: maxReceiveCount, diedAt: sentAt };
  const { reason, attempts, failedAt } = failure;
  return { failure, reason, attempts, diedAt: failedAt === undefined ? sentAt : Date.parse(failedAt) };
}

function parseFailure(text: string | undefined): Failure | undefined {
  if (text === undefined) return undefined;
  const parsed = failure.safeParse(parseJson(text));
  return parsed.success ? parsed.data : { reason: 'unreadable-failure', lastError: text };
}

/** What EventBridge says of an event that it could not bring (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html). */
function readRuleFailure({
  ERROR_CODE: code,
  ERROR_MESSAGE: message,
  RETRY_ATTEMPTS: retries,
}: DeadLetter['attributes']): Failure | undefined {
  if (code?.StringValue === undefined) return undefined;
  return {
    reason: code.StringValue,
    ...(message?.StringValue !== undefined && { lastError: message.StringValue }),
    ...(retries?.StringValue !== undefined && { attempts: Number(retries.StringValue) + 1 }),
  };
}

function parseBody(text: string | undefined): Body | undefined {
  const parsed = partOfEnvelope.safeParse(parseJson(text ?? ''));
  return parsed.success ? parsed.data : undefined;
}
