import { GetQueueAttributesCommand, GetQueueUrlCommand, type Message, type SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { maskPatterns } from '../logging/mask.ts';
import type { Failure } from './process-messages.ts';

/** What the queue itself says: the template decides, not the consumer. */
export interface QueueSettings {
  readonly visibilityTimeoutSeconds: number;
  /** Deliveries after which the queue itself moves a message; infinite without a redrive policy. */
  readonly maxReceiveCount: number;
  /** Undefined when the queue has no redrive policy. */
  readonly deadLetterQueueUrl: string | undefined;
}

const redrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });
/** SQS's own default. */
const DEFAULT_VISIBILITY_SECONDS = 30;
/** An attribute counts towards the message's 256 KiB. */
const MAX_ERROR_LENGTH = 2_000;

export async function readQueueSettings(sqs: SQSClient, queueUrl: string): Promise<QueueSettings> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] }),
  );
  const policy = redrivePolicy.safeParse(JSON.parse(Attributes?.RedrivePolicy ?? 'null'));
  return {
    visibilityTimeoutSeconds: Number(Attributes?.VisibilityTimeout ?? DEFAULT_VISIBILITY_SECONDS),
    maxReceiveCount: policy.success ? policy.data.maxReceiveCount : Number.POSITIVE_INFINITY,
    deadLetterQueueUrl: policy.success ? await urlOf(sqs, queueUrl, policy.data.deadLetterTargetArn) : undefined,
  };
}

/** Puts a message, as it came, into the dead-letter queue; the caller deletes it from its own queue afterwards. */
export async function sendDeadLetter(
  sqs: SQSClient,
  deadLetterQueueUrl: string,
  message: Pick<Message, 'Body' | 'MessageAttributes'>,
  failure: Failure,
): Promise<void> {
  const error = maskPatterns(failure.error).slice(0, MAX_ERROR_LENGTH);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: deadLetterQueueUrl,
      MessageBody: message.Body ?? '(empty)',
      MessageAttributes: {
        ...message.MessageAttributes,
        failure: { DataType: 'String', StringValue: JSON.stringify({ ...failure, error }) },
      },
    }),
  );
}

/** Falls back on the queue's own URL, which lies in the same account and region and differs in the name only. */
async function urlOf(sqs: SQSClient, queueUrl: string, arn: string): Promise<string> {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name })).catch(() => ({ QueueUrl: undefined }));
  return QueueUrl ?? queueUrl.replace(/[^/]+$/, name);
}
