import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { catalogApplyImportBatchV1, type DataOf, envelope } from '@torii/contracts';
import type { TestBroker } from '@torii/testing';

type Batch = DataOf<'catalog.apply-import-batch.v1'>;

/** Plays catalog's part: applies batches once per message id, and says what came of them. */
export interface StandInCatalog {
  /** Every batch message taken, duplicates included. */
  readonly taken: readonly { readonly id: string; readonly batch: Batch }[];
  /** Skus it holds. */
  readonly items: ReadonlyMap<string, string>;
  /** From now on each applied event is published so often. */
  answer(deliveries: number): void;
  stop(): Promise<void>;
}

export interface StandInOptions {
  /** How often each applied event is published; 0 loses them all. @default 1 */
  readonly deliveries?: number;
}

/** Rows of this name are refused. */
export const REFUSED_NAME = 'refuse me';

export function startStandInCatalog(broker: TestBroker, options: StandInOptions = {}): StandInCatalog {
  const QueueUrl = broker.queueUrl('catalog-commands');
  const taken: { id: string; batch: Batch }[] = [];
  const inbox = new Set<string>();
  const items = new Map<string, string>();
  let deliveries = options.deliveries ?? 1;
  let stopping = false;
  const take = async (body: string): Promise<void> => {
    const { id, data } = envelope.parse(JSON.parse(body));
    const batch = catalogApplyImportBatchV1.parse(data);
    taken.push({ id, batch });
    if (inbox.has(id)) return;
    inbox.add(id);
    const applied = apply(batch, items);
    for (let delivery = 0; delivery < deliveries; delivery += 1) await publish(applied);
  };
  const publish = async (data: DataOf<'catalog.import-batch.applied.v1'>): Promise<void> => {
    const type = 'catalog.import-batch.applied.v1';
    const message = { ...HEAD, id: randomUUID(), type, subject: data.jobId, time: new Date().toISOString(), data };
    const MessageAttributes = { type: { DataType: 'String', StringValue: type } };
    // As SNS delivers it, raw, to its subscriber.
    const QueueUrl = broker.queueUrl('jobs-events');
    await broker.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), MessageAttributes }));
  };
  const poll = async (): Promise<void> => {
    while (!stopping) {
      const { Messages = [] } = await broker.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
      for (const { Body = '', ReceiptHandle } of Messages) {
        await take(Body);
        await broker.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
  const running = poll();
  return {
    taken,
    items,
    answer: (count) => {
      deliveries = count;
    },
    stop: async () => {
      stopping = true;
      await running;
    },
  };
}

const HEAD = { specversion: '1.0', source: '/torii/catalog', datacontenttype: 'application/json' } as const;

function apply(batch: Batch, items: Map<string, string>): DataOf<'catalog.import-batch.applied.v1'> {
  const { jobId, attempt, batchNumber } = batch;
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const rejected: { rowNumber: number; code: string; message: string }[] = [];
  for (const { rowNumber, sku, ...content } of batch.rows) {
    const key = `${batch.ownerId}/${sku}`;
    const text = JSON.stringify(content);
    const before = items.get(key);
    if (content.name === REFUSED_NAME) rejected.push({ rowNumber, code: 'ITEM_REFUSED', message: 'it asked to be refused' });
    else counts[before === undefined ? 'created' : before === text ? 'unchanged' : 'updated'] += 1;
    if (content.name !== REFUSED_NAME) items.set(key, text);
  }
  return { jobId, attempt, batchNumber, ...counts, rejected };
}
