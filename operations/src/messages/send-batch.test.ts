import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { sendBatch } from './send-batch.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

/** Answers each call with what `fail` says of its entries. */
function createSqs(fail: (body: string, call: number) => object | undefined): { sqs: SQSClient; calls: string[][] } {
  const calls: string[][] = [];
  const send = async ({ input }: { readonly input: { readonly Entries: readonly Entry[] } }) => {
    calls.push(input.Entries.map(({ MessageBody: body }) => body));
    const Failed = input.Entries.flatMap(({ Id, MessageBody: body }) => {
      const error = fail(body, calls.length);
      return error === undefined ? [] : [{ Id, ...error }];
    });
    return { Failed };
  };
  return { sqs: parseClient({ send }), calls };
}

function parseClient(client: object): SQSClient {
  return client as SQSClient;
}

const messages = ['a', 'b', 'c'].map((body) => ({ body, attributes: {} }));

describe('sendBatch', () => {
  it('sends again what failed for reasons of SQS, and nothing else', async () => {
    const { sqs, calls } = createSqs((body, call) =>
      body === 'b' && call < 3 ? { SenderFault: false, Code: 'InternalError' } : undefined,
    );
    const { sent, failed } = await sendBatch(sqs, 'url', messages);
    expect(calls).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    expect(sent.map(({ body }) => body)).toEqual(['a', 'c', 'b']);
    expect(failed).toEqual([]);
  });

  it('does not try again what is the fault of the message', async () => {
    const { sqs, calls } = createSqs((body) =>
      body === 'c' ? { SenderFault: true, Code: 'InvalidMessageContents', Message: 'bad' } : undefined,
    );
    const { sent, failed } = await sendBatch(sqs, 'url', messages);
    expect(calls).toHaveLength(1);
    expect(sent.map(({ body }) => body)).toEqual(['a', 'b']);
    expect(failed).toEqual([{ message: messages[2], why: 'InvalidMessageContents: bad' }]);
  });

  it('knows what it sent when a later try fails as a whole', async () => {
    const { sqs } = createSqs((body, call) => {
      if (call === 2) throw new Error('away');
      return body === 'b' ? { SenderFault: false, Code: 'InternalError' } : undefined;
    });
    const { sent, failed, error } = await sendBatch(sqs, 'url', messages);
    expect({ sent: sent.map(({ body }) => body), failed, error }).toEqual({ sent: ['a', 'c'], failed: [], error: new Error('away') });
  });

  it('gives up after a few tries and tells of it', async () => {
    const { sqs, calls } = createSqs((body) => (body === 'a' ? { SenderFault: false, Code: 'ServiceUnavailable' } : undefined));
    const { failed } = await sendBatch(sqs, 'url', messages);
    expect(calls).toHaveLength(4);
    expect(failed).toEqual([{ message: messages[0], why: 'ServiceUnavailable' }]);
  });
});
