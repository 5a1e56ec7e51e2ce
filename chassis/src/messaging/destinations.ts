import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Publisher, QueueName } from '@torii/contracts';
import type { StoredOutboxRow } from './outbox-rows.ts';

/** Sends one batch. @returns database ids of the rows that were refused; throws when the whole call failed */
export type SendBatch = (rows: readonly StoredOutboxRow[]) => Promise<ReadonlySet<number>>;

export interface DestinationOptions {
  readonly publisher: Publisher;
  readonly sns?: SNSClient | undefined;
  readonly topicArn?: string | undefined;
  readonly sqs?: SQSClient | undefined;
  readonly queueUrls?: Readonly<Partial<Record<QueueName, string>>> | undefined;
  readonly events?: EventBridgeClient | undefined;
  readonly busName?: string | undefined;
}

/** How to reach each destination an outbox row may name: `topic`, `bus`, or a queue's name. */
export function createDestinations(options: DestinationOptions): ReadonlyMap<string, SendBatch> {
  const destinations = new Map<string, SendBatch>();
  const { sns, topicArn, sqs, events: bus, busName } = options;
  if (sns !== undefined && topicArn !== undefined) destinations.set('topic', toTopic(sns, topicArn));
  if (bus !== undefined && busName !== undefined) destinations.set('bus', toBus(bus, busName, `torii.${options.publisher}`));
  for (const [name, url] of Object.entries(options.queueUrls ?? {})) if (sqs !== undefined) destinations.set(name, toQueue(sqs, url));
  return destinations;
}

function toTopic(sns: SNSClient, topicArn: string): SendBatch {
  return async (rows) => {
    const { Failed } = await sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: rows.map((row) => ({ Id: String(row.id), Message: row.body, MessageAttributes: attributesOf(row) })),
      }),
    );
    return new Set((Failed ?? []).map(({ Id }) => Number(Id)));
  };
}

function toQueue(sqs: SQSClient, queueUrl: string): SendBatch {
  return async (rows) => {
    const { Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: rows.map((row) => ({ Id: String(row.id), MessageBody: row.body, MessageAttributes: attributesOf(row) })),
      }),
    );
    return new Set((Failed ?? []).map(({ Id }) => Number(Id)));
  };
}

function toBus(bus: EventBridgeClient, busName: string, source: string): SendBatch {
  return async (rows) => {
    const { Entries } = await bus.send(
      new PutEventsCommand({
        Entries: rows.map((row) => ({ EventBusName: busName, Source: source, DetailType: row.type, Detail: row.body, Resources: [] })),
      }),
    );
    // PutEvents answers by position, not by id.
    return new Set(rows.filter((_row, index) => Entries?.[index]?.ErrorCode !== undefined).map(({ id }) => id));
  };
}

function attributesOf(row: StoredOutboxRow): Record<string, { DataType: string; StringValue: string }> {
  const type = { DataType: 'String', StringValue: row.type };
  return row.traceparent === null ? { type } : { type, traceparent: { DataType: 'String', StringValue: row.traceparent } };
}
