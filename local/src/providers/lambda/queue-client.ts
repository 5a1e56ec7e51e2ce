// The four SQS calls an event source makes, over SQS's JSON protocol.

export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
}

export interface QueueClient {
  /** Waits up to `waitSeconds` for a first message. @throws Error, also when aborted */
  receive(options: {
    readonly count: number;
    readonly waitSeconds: number;
    readonly signal: AbortSignal;
  }): Promise<readonly QueueMessage[]>;
  /** @param messages ten at most */
  delete(messages: readonly QueueMessage[]): Promise<void>;
  /** Gives messages back to the queue after `seconds`. @param messages ten at most */
  release(messages: readonly QueueMessage[], seconds: number): Promise<void>;
}

export function createQueueClient(queueUrl: string, region: string): QueueClient {
  const endpoint = new URL('/', queueUrl);
  const call = async (operation: string, input: object, signal?: AbortSignal): Promise<unknown> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${operation}`,
        // Not checked here, but its scope is where a server finds the region.
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=local`,
      },
      body: JSON.stringify({ QueueUrl: queueUrl, ...input }),
      ...(signal !== undefined && { signal }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation} of ${queueUrl} failed with ${response.status}: ${text.slice(0, 300)}`);
    return text === '' ? {} : JSON.parse(text);
  };
  return {
    receive: async ({ count, waitSeconds, signal }) => {
      const input = {
        MaxNumberOfMessages: count,
        WaitTimeSeconds: waitSeconds,
        AttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      };
      return parseMessages(await call('ReceiveMessage', input, signal));
    },
    delete: async (messages) => void (await call('DeleteMessageBatch', { Entries: messages.map(toEntry) })),
    release: async (messages, seconds) => {
      const Entries = messages.map((message, index) => ({ ...toEntry(message, index), VisibilityTimeout: seconds }));
      await call('ChangeMessageVisibilityBatch', { Entries });
    },
  };
}

function toEntry({ ReceiptHandle }: QueueMessage, index: number): { readonly Id: string; readonly ReceiptHandle: string } {
  return { Id: String(index), ReceiptHandle };
}

function parseMessages(output: unknown): readonly QueueMessage[] {
  return (output as { readonly Messages?: readonly QueueMessage[] }).Messages ?? [];
}
