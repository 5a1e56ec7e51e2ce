import type { Message } from '@aws-sdk/client-sqs';

/** One delivery of a message. */
export interface Delivery {
  /** Unique in its batch. */
  readonly deliveryId: string;
  readonly body: string | undefined;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** From the message attributes; the envelope's own is used when it is absent. */
  readonly traceparent: string | undefined;
  /** Id of the replay that brought it: history, which a rebuildable queue takes once more. */
  readonly replay: string | undefined;
  /** It has been in the dead-letter queue. */
  readonly isRedriven: boolean;
}

/** What operators' tools make; anything else is no replay. */
const REPLAY_ID = /^[a-z0-9]{8,16}$/;

interface RawDelivery {
  readonly id: string | undefined;
  readonly body: string | undefined;
  readonly receiveCount: string | undefined;
  readonly attribute: (name: string) => string | undefined;
}

/** A message as the processor sees it, whether a consumer polled for it or Lambda did. */
export function parseDelivery({ id, body, receiveCount, attribute }: RawDelivery): Delivery {
  const replay = attribute('replay');
  return {
    deliveryId: id ?? '',
    body,
    attempt: Number(receiveCount ?? 1),
    traceparent: attribute('traceparent'),
    replay: replay !== undefined && REPLAY_ID.test(replay) ? replay : undefined,
    // `npm run dlq` says so; AWS's own redrive leaves the failure as it is.
    isRedriven: attribute('redriven') !== undefined || attribute('failure') !== undefined,
  };
}

/** An SQS message as the processor sees it. */
export function toDelivery(message: Message): Delivery {
  return parseDelivery({
    id: message.MessageId,
    body: message.Body,
    receiveCount: message.Attributes?.ApproximateReceiveCount,
    attribute: (name) => message.MessageAttributes?.[name]?.StringValue,
  });
}
