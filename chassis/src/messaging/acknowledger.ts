import { DeleteMessageBatchCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '../logging/create-logger.ts';

export interface AcknowledgerOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly logger: Logger;
}

/** Deletes batches from the queue while the next one is on its way, at most one batch behind. */
export interface Acknowledger {
  /**
   * Returns once the batch before has been settled. Never throws.
   * @param alongside is done with the deletion, and must not throw
   */
  acknowledge(messages: readonly Message[], alongside: () => Promise<void>): Promise<void>;
  /** Waits for the last batch. Never throws. */
  drain(): Promise<void>;
}

export function createAcknowledger(options: AcknowledgerOptions): Acknowledger {
  let underWay: Promise<unknown> = Promise.resolve();
  return {
    acknowledge: async (messages, alongside) => {
      await underWay;
      underWay = Promise.all([deleteMessages(messages, options), alongside()]);
    },
    drain: async () => void (await underWay),
  };
}

/** What is not deleted comes again, and has no effect. */
async function deleteMessages(messages: readonly Message[], { sqs, queueUrl, logger }: AcknowledgerOptions): Promise<void> {
  if (messages.length === 0) return;
  const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  try {
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    if (Failed.length > 0) logger.warn({ failed: Failed.length, code: Failed[0]?.Code }, 'messages could not be acknowledged');
  } catch (error) {
    logger.warn({ err: error, messages: messages.length }, 'messages could not be acknowledged');
  }
}
