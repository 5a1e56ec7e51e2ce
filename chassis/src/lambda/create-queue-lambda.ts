import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Consumer, Handlers } from '@torii/contracts';
import type { Database } from '../database/connect-database.ts';
import type { Logger } from '../logging/create-logger.ts';
import { type QueueSettings, readQueueSettings, sendDeadLetter } from '../messaging/dead-letter-queue.ts';
import { findHandlerOf } from '../messaging/find-handler.ts';
import { type Delivery, type HandlerContext, type Outcome, createProcessor } from '../messaging/process-messages.ts';
import type { Telemetry } from '../telemetry/start-telemetry.ts';
import { backoffMs } from '../time/backoff.ts';
import { type LambdaContext, createLambdaHandler } from './create-lambda-handler.ts';

/** The part of an SQS event that is used (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string; readonly dataType: string }>>;
}

export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface QueueLambdaOptions<C extends Consumer> {
  readonly name: string;
  readonly consumer: C;
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  readonly handlers: Handlers<C, HandlerContext>;
  readonly database: Database;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Deliveries after which a bug makes a message a dead letter. @default 5 */
  readonly maxAttempts?: number;
}

const DEFAULT_MAX_ATTEMPTS = 5;
const RETRY_BACKOFF = { baseMs: 2_000, capMs: 300_000 };

/**
 * A Lambda function that an SQS event source invokes: the same parsing, inbox and failure rules as `createConsumer`. Each
 * message has a transaction of its own; only those that must come again are reported as failed.
 */
export function createQueueLambda<C extends Consumer>(
  options: QueueLambdaOptions<C>,
): (event: SqsEvent, context: LambdaContext) => Promise<SqsBatchResponse> {
  const process = createProcessor({
    ...options,
    maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    findHandler: findHandlerOf(options.handlers),
  });
  let settings: Promise<QueueSettings> | undefined;

  const settle = async (record: SqsRecord, outcome: Outcome | undefined): Promise<boolean> => {
    if (outcome?.kind === 'done') return true;
    if (outcome?.kind === 'dead') {
      settings ??= readQueueSettings(options.sqs, options.queueUrl);
      const { deadLetterQueueUrl } = await settings;
      if (deadLetterQueueUrl === undefined) return false;
      await sendDeadLetter(
        options.sqs,
        deadLetterQueueUrl,
        { Body: record.body, MessageAttributes: attributesOf(record) },
        outcome.failure,
      );
      return true;
    }
    const seconds = Math.max(1, Math.ceil(backoffMs(toDelivery(record).attempt, RETRY_BACKOFF) / 1000));
    await options.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: options.queueUrl, ReceiptHandle: record.receiptHandle, VisibilityTimeout: seconds }),
    );
    return false;
  };

  return createLambdaHandler<SqsEvent, SqsBatchResponse>({
    name: options.name,
    logger: options.logger,
    telemetry: options.telemetry,
    parentOf: (event) => event.Records[0]?.messageAttributes['traceparent']?.stringValue,
    handle: async (event) => {
      const failed: { itemIdentifier: string }[] = [];
      for (const record of event.Records) {
        const outcomes = await process([toDelivery(record)]);
        const settled = await settle(record, outcomes.get(record.messageId)).catch((error: unknown) => {
          options.logger.warn({ err: error, messageId: record.messageId }, 'message could not be settled and will come again');
          return false;
        });
        if (!settled) failed.push({ itemIdentifier: record.messageId });
      }
      return { batchItemFailures: failed };
    },
  });
}

function toDelivery(record: SqsRecord): Delivery {
  return {
    deliveryId: record.messageId,
    body: record.body,
    attempt: Number(record.attributes.ApproximateReceiveCount),
    traceparent: record.messageAttributes['traceparent']?.stringValue,
  };
}

function attributesOf(record: SqsRecord): Record<string, { DataType: string; StringValue: string }> {
  return Object.fromEntries(
    Object.entries(record.messageAttributes).flatMap(([name, { dataType, stringValue }]) =>
      stringValue === undefined ? [] : [[name, { DataType: dataType, StringValue: stringValue }] as const],
    ),
  );
}
