import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { setTimeout as delay } from 'node:timers/promises';
import { OutboxMessage } from './models.ts';

const POLL_MS = 200;
/** What PublishBatch takes. */
const BATCH_SIZE = 10;

/** Publishes the outbox ten by ten, in a loop that sleeps when there is nothing. */
export async function runNaiveRelay(topicArn: string): Promise<void> {
  const sns = new SNSClient();
  for (;;) {
    const messages = await OutboxMessage.findAll({ order: ['id'], limit: BATCH_SIZE });
    if (messages.length === 0) {
      await delay(POLL_MS);
      continue;
    }
    await sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: messages.map(({ id, type, payload }) => ({
          Id: String(id),
          Message: JSON.stringify(payload),
          MessageAttributes: { type: { DataType: 'String', StringValue: type } },
        })),
      }),
    );
    await OutboxMessage.destroy({ where: { id: messages.map(({ id }) => id) } });
  }
}
