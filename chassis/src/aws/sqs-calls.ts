import {
  DeleteMessageBatchCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type ReceiveMessageResult,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { DirectCall } from './direct-calls.ts';

/** The commands that come with every message or batch, in SQS's JSON protocol. @returns undefined for any other */
export function toSqsCall(command: object, requestTimeoutMs: number): DirectCall | undefined {
  if (command instanceof ReceiveMessageCommand) {
    const timeoutMs = pollTimeoutMs(command, requestTimeoutMs);
    return { ...toCall('ReceiveMessage', command.input, timeoutMs), hasSpan: false, parseAnswer: parseReceived };
  }
  if (command instanceof DeleteMessageBatchCommand) return toCall('DeleteMessageBatch', command.input, requestTimeoutMs);
  if (command instanceof SendMessageCommand && !holdsBytes([command.input])) return toCall('SendMessage', command.input, requestTimeoutMs);
  if (command instanceof SendMessageBatchCommand && !holdsBytes(command.input.Entries ?? []))
    return toCall('SendMessageBatch', command.input, requestTimeoutMs);
  return undefined;
}

/** What a queue may be set to, when a call does not say. */
const MAX_POLL_SECONDS = 20;

/** A long poll may take as long as it asks for, on top of what any call may take. */
export function pollTimeoutMs({ input }: ReceiveMessageCommand, requestTimeoutMs: number): number {
  return requestTimeoutMs + (input.WaitTimeSeconds ?? MAX_POLL_SECONDS) * 1000;
}

function toCall(operation: string, input: { readonly QueueUrl?: string | undefined }, timeoutMs: number): DirectCall {
  return {
    operation,
    resource: input.QueueUrl ?? '',
    headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `AmazonSQS.${operation}` },
    body: JSON.stringify(input),
    timeoutMs,
    hasSpan: true,
    parseAnswer: (body) => JSON.parse(body) as object,
  };
}

interface Attributed {
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
}

/** JSON has no bytes; the SDK knows how to write them. */
function holdsBytes(messages: readonly Attributed[]): boolean {
  return messages.some(({ MessageAttributes = {} }) =>
    Object.values(MessageAttributes).some(({ BinaryValue }) => BinaryValue !== undefined),
  );
}

function parseReceived(body: string): ReceiveMessageResult {
  const bytesOf = (key: string, value: unknown): unknown =>
    key === 'BinaryValue' && typeof value === 'string' ? Buffer.from(value, 'base64') : value;
  return JSON.parse(body, body.includes('"BinaryValue"') ? bytesOf : undefined) as ReceiveMessageResult;
}
