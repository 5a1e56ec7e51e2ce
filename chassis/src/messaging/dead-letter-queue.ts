import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type MessageAttributeValue,
  type SQSClient,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { Failure } from './failures.ts';

/** Where the template sends what fails too often: the queue decides, not the consumer. */
export interface RedriveSettings {
  /** Deliveries after which the queue itself moves a message; infinite without a redrive policy. */
  readonly maxReceiveCount: number;
  /** Undefined when the queue has no redrive policy. */
  readonly deadLetterQueueUrl: string | undefined;
}

const redrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

export async function readRedriveSettings(sqs: SQSClient, queueUrl: string): Promise<RedriveSettings> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }));
  const policy = redrivePolicy.safeParse(JSON.parse(Attributes?.RedrivePolicy ?? 'null'));
  return {
    maxReceiveCount: policy.success ? policy.data.maxReceiveCount : Number.POSITIVE_INFINITY,
    deadLetterQueueUrl: policy.success ? await urlOf(sqs, queueUrl, policy.data.deadLetterTargetArn) : undefined,
  };
}

/** A message as it came. */
export interface DeadLetter {
  readonly body: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** What SQS takes, attributes included. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** Puts a message, as it came, into the dead-letter queue; the caller deletes it from its own queue afterwards. */
export async function sendDeadLetter(sqs: SQSClient, deadLetterQueueUrl: string, letter: DeadLetter, failure: Failure): Promise<void> {
  const body = letter.body === undefined || letter.body === '' ? '(empty)' : letter.body;
  const { failure: _earlier, ...attributes } = letter.attributes;
  const room = MAX_MESSAGE_BYTES - Buffer.byteLength(body) - sizeOf(attributes) - sizeOf({ failure: { DataType: 'String' } });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: deadLetterQueueUrl,
      MessageBody: body,
      MessageAttributes: { ...attributes, failure: { DataType: 'String', StringValue: fit(failure, room) } },
    }),
  );
}

function sizeOf(attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
    0,
  );
}

/** Shortens the errors until the whole fits beside the largest of bodies. */
function fit(failure: Failure, maxBytes: number): string {
  for (let length = Math.max(failure.firstError.length, failure.lastError.length); ; length = Math.floor(length / 2)) {
    const [firstError, lastError] = [failure.firstError.slice(0, length), failure.lastError.slice(0, length)];
    const text = JSON.stringify({ ...failure, firstError, lastError });
    if (length === 0 || Buffer.byteLength(text) <= maxBytes) return text;
  }
}

/** Falls back on the queue's own URL, which lies in the same account and region and differs in the name only. */
async function urlOf(sqs: SQSClient, queueUrl: string, arn: string): Promise<string> {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name })).catch(() => ({ QueueUrl: undefined }));
  return QueueUrl ?? queueUrl.replace(/[^/]+$/, name);
}
