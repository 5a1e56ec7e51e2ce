import {
  DeleteMessageBatchCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { LOCAL_CREDENTIALS } from '@torii/local';
import type { BrokerReady } from './broker-ready.ts';

/** What the run itself does to queues, past every proxy. */
export interface Queues {
  send(queue: string, bodies: readonly string[]): Promise<void>;
  /** Takes and deletes everything that can be seen now. */
  take(queue: string): Promise<readonly Message[]>;
  purge(queue: string): Promise<void>;
}

export function createQueues(broker: BrokerReady): Queues {
  const sqs = new SQSClient({ region: 'eu-west-1', endpoint: broker.endpoint, credentials: LOCAL_CREDENTIALS, maxAttempts: 3 });
  const urlOf = (queue: string): string => broker.ledgerUrl.replace(/[^/]+$/, queue);
  return {
    send: async (queue, bodies) => {
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf(queue), Entries }));
    },
    take: async (queue) => {
      const taken: Message[] = [];
      for (;;) {
        const { Messages: messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: urlOf(queue), MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
        );
        if (messages.length === 0) return taken;
        taken.push(...messages);
        const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: urlOf(queue), Entries }));
      }
    },
    purge: async (queue) => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: urlOf(queue) }));
    },
  };
}
