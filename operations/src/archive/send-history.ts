import type { SQSClient } from '@aws-sdk/client-sqs';
import { toBatches } from '../messages/batches.ts';
import type { Pace } from '../messages/pace.ts';
import { sendBatch } from '../messages/send-batch.ts';
import type { HistoricEvent } from './read-history.ts';

export interface HistorySender {
  /** Keeps the event until there is a batch of them. */
  add(event: HistoricEvent): Promise<void>;
  flush(): Promise<void>;
  readonly sent: number;
  readonly failed: readonly { readonly id: string; readonly why: string }[];
}

export interface SenderOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Sends in batches; an interruption loses nothing, as a replay can be continued: what was sent is in the inbox under its replay id. */
export function createHistorySender({ sqs, queueUrl, pace, signal }: SenderOptions): HistorySender {
  let waiting: HistoricEvent[] = [];
  let sent = 0;
  const failed: { id: string; why: string }[] = [];
  const flush = async (): Promise<void> => {
    const events = waiting;
    waiting = [];
    for (const batch of toBatches(events, pace.burst)) {
      signal.throwIfAborted();
      await pace.take(batch.length, signal);
      const outcome = await sendBatch(sqs, queueUrl, batch);
      sent += outcome.sent.length;
      failed.push(...outcome.failed.map(({ message, why }) => ({ id: message.id, why })));
      if (outcome.error !== undefined) throw outcome.error;
    }
  };
  return {
    add: async (event) => {
      waiting.push(event);
      if (waiting.length >= pace.burst) await flush();
    },
    flush,
    get sent() {
      return sent;
    },
    failed,
  };
}
