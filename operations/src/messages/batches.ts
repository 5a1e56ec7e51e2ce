// Batches that SQS takes: ten messages and 256 KiB together, attributes included. (Newer accounts take 1 MiB; nobody refuses less.)
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

export interface Sendable {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

const MAX_BATCH_BYTES = 256 * 1024;

/** In order; a message that is too large by itself goes alone, and the queue says what it thinks of it. */
export function toBatches<T extends Sendable>(messages: readonly T[], size: number): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const messageBytes = sizeOf(message);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length >= size || bytes + messageBytes > MAX_BATCH_BYTES) {
      batches.push([message]);
      bytes = messageBytes;
    } else {
      batch.push(message);
      bytes += messageBytes;
    }
  }
  return batches;
}

function sizeOf({ body, attributes }: Sendable): number {
  const ofAttributes = Object.entries(attributes).map(
    ([name, { DataType: type = '', StringValue: text = '', BinaryValue: bytes }]) =>
      Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(text) + (bytes?.byteLength ?? 0),
  );
  return ofAttributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}
