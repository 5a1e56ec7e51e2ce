import { describe, expect, it } from '@jest/globals';
import { ReceiveMessageCommand, type SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createSqsClient } from './clients.ts';

const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/222222222222/torii-dev-jobs-events';

/** The time each call was given, in milliseconds; undefined: the client's own. */
async function timeoutsOf(...calls: readonly ((client: SQSClient) => Promise<unknown>)[]): Promise<readonly unknown[]> {
  process.env['AWS_REGION'] = 'eu-west-1';
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const client = createSqsClient();
  const timeouts: unknown[] = [];
  const handle = async (_request: unknown, options: { readonly requestTimeout?: number } = {}): Promise<never> => {
    timeouts.push(options.requestTimeout);
    throw new Error('no network here');
  };
  Object.assign(client.config, { requestHandler: { handle } });
  for (const call of calls) await expect(call(client)).rejects.toThrow('no network here');
  return timeouts;
}

describe('createSqsClient', () => {
  it('waits for a long poll as long as it was asked to, and for nothing else', async () => {
    const timeouts = await timeoutsOf(
      (client) => client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 })),
      (client) => client.send(new ReceiveMessageCommand({ QueueUrl })),
      (client) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })),
    );
    expect(timeouts).toEqual([10_000, 25_000, undefined]);
  });
});
