import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  type ClaimCheck,
  type Clock,
  type CreateId,
  currentCausationId,
  currentCorrelationId,
  currentTraceparent,
  toMessageBody,
} from '@torii/chassis';
import { commands, type QueueName } from '@torii/contracts';
import type { SendCommand } from './use-cases/worker-context.ts';

interface SenderOptions {
  readonly sqs: SQSClient;
  readonly claims: ClaimCheck;
  readonly queueUrls: Readonly<Partial<Record<QueueName, string>>>;
  readonly clock: Clock;
  readonly createId: CreateId;
}

/** Sends commands past the outbox: batches of rows are large, and their sender makes sending them again harmless. */
export function createCommandSender({ sqs, claims, queueUrls, clock, createId }: SenderOptions): SendCommand {
  return async ({ type, aggregateId, data, id }) => {
    const { owner } = commands[type];
    const traceparent = currentTraceparent();
    const message = {
      specversion: '1.0',
      id: id ?? createId(),
      source: '/torii/jobs',
      type,
      subject: aggregateId,
      time: clock.now().toISOString(),
      datacontenttype: 'application/json',
      data,
      traceparent,
      correlationid: currentCorrelationId(),
      causationid: currentCausationId(),
    };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrls[`${owner}-commands`],
        MessageBody: await claims.deposit(toMessageBody(message)),
        MessageAttributes: {
          type: { DataType: 'String', StringValue: type },
          ...(traceparent === undefined ? {} : { traceparent: { DataType: 'String', StringValue: traceparent } }),
        },
      }),
    );
  };
}
