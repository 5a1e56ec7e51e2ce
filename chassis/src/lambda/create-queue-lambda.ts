import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Consumer, Handlers } from '@torii/contracts';
import type { Database } from '../database/connect-database.ts';
import type { ConsumerStep, Failpoints } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import type { ClaimCheck } from '../messaging/claim-check.ts';
import { type RedriveSettings, readRedriveSettings } from '../messaging/dead-letter-queue.ts';
import { type Delivery, parseDelivery } from '../messaging/delivery.ts';
import { findHandlerOf } from '../messaging/find-handler.ts';
import { type HandlerContext, type Outcome, createProcessor } from '../messaging/process-messages.ts';
import { retrySeconds, settleMessage } from '../messaging/settle-message.ts';
import type { Telemetry } from '../telemetry/start-telemetry.ts';
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
  /** Where the data of large messages is. */
  readonly claims: ClaimCheck;
  readonly handlers: Handlers<C, HandlerContext>;
  readonly database: Database;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Deliveries after which a bug makes a message a dead letter. @default 5 */
  readonly maxAttempts?: number;
  readonly failpoints?: Failpoints<ConsumerStep> | undefined;
}

const DEFAULT_MAX_ATTEMPTS = 5;

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
    // An invocation has a queue of commands, which are never replayed.
    rebuildable: false,
    findHandler: findHandlerOf(options.handlers),
  });
  let settings: Promise<RedriveSettings> | undefined;

  const settle = async (record: SqsRecord, delivery: Delivery, outcome: Outcome | undefined): Promise<boolean> => {
    if (outcome?.kind === 'done') return true;
    settings ??= readRedriveSettings(options.sqs, options.queueUrl).catch((error: unknown) => {
      settings = undefined;
      throw error;
    });
    const letter = { ...delivery, attributes: attributesOf(record) };
    const { sqs, logger } = options;
    if (await settleMessage(letter, outcome, { sqs, logger, settings: await settings })) return true;
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: options.queueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: retrySeconds(delivery.attempt),
      }),
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
        const delivery = toDelivery(record);
        const outcomes = await process([delivery]);
        const settled = await settle(record, delivery, outcomes.get(record.messageId)).catch((error: unknown) => {
          options.logger.warn({ err: error, messageId: record.messageId }, 'message could not be settled and will come again');
          return false;
        });
        if (!settled) failed.push({ itemIdentifier: record.messageId });
      }
      await options.failpoints?.beforeAcknowledge?.();
      return { batchItemFailures: failed };
    },
  });
}

function toDelivery(record: SqsRecord): Delivery {
  return parseDelivery({
    id: record.messageId,
    body: record.body,
    receiveCount: record.attributes.ApproximateReceiveCount,
    attribute: (name) => record.messageAttributes[name]?.stringValue,
  });
}

function attributesOf(record: SqsRecord): Record<string, { DataType: string; StringValue: string }> {
  return Object.fromEntries(
    Object.entries(record.messageAttributes).flatMap(([name, { dataType, stringValue }]) =>
      stringValue === undefined ? [] : [[name, { DataType: dataType, StringValue: stringValue }] as const],
    ),
  );
}
