import type { Message } from '@aws-sdk/client-sqs';
import type { Delivery } from './process-messages.ts';

/** An SQS message as the processor sees it. */
export function toDelivery(message: Message): Delivery {
  return {
    deliveryId: message.MessageId ?? '',
    body: message.Body,
    attempt: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    traceparent: message.MessageAttributes?.['traceparent']?.StringValue,
  };
}
