import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Broker, type BrokerOptions, LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: Partial<BrokerOptions> = {}): Promise<{ broker: Broker; sqs: SQSClient }> {
  const broker = await startBroker({ port: 0, region: 'eu-west-1', accountId: '222222222222', ...options });
  const sqs = new SQSClient({ endpoint: broker.endpoint, region: 'eu-west-1', credentials: LOCAL_CREDENTIALS });
  cleanUps.push(async () => {
    sqs.destroy();
    await broker.stop();
  });
  return { broker, sqs };
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-broker-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function receive(sqs: SQSClient, QueueUrl: string, waitSeconds = 0): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: waitSeconds,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  return (await sqs.send(command)).Messages ?? [];
}

function waitForPolls(broker: Broker, name: string, count: number): Promise<void> {
  return waitUntil(() => (broker.queues.queuesByName.get(name)?.pollWaiters.length ?? 0) === count);
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a queue', () => {
  it('has the account of the template in its URL and ARN', async () => {
    const { broker, sqs } = await start();
    const queue = broker.ensureQueue('orders', {});
    expect(queue).toEqual({ arn: 'arn:aws:sqs:eu-west-1:222222222222:orders', url: `${broker.endpoint}/222222222222/orders` });
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders' }))).QueueUrl).toBe(queue.url);
    const attributes = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['QueueArn'] }));
    expect(attributes.Attributes).toEqual({ QueueArn: queue.arn });
  });

  it('refuses an unsigned request', async () => {
    const { broker } = await start();
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' };
    expect((await fetch(broker.endpoint, { method: 'POST', headers, body: '{}' })).status).toBe(403);
  });

  it('refuses a request that came by another name', async () => {
    const { broker } = await start();
    const headers = { host: 'sqs.attacker.example', authorization: 'any', 'x-amz-target': 'AmazonSQS.ListQueues' };
    const status = await new Promise((resolve) => {
      request(broker.endpoint, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode)).end('{}');
    });
    expect(status).toBe(403);
  });

  it('answers long polls when the platform is about to stop, and keeps what comes then', async () => {
    const { broker, sqs } = await start();
    const { arn, url } = broker.ensureQueue('ending', {});
    const polling = receive(sqs, url, 20);
    await waitForPolls(broker, 'ending', 1);
    broker.endPolls();
    await broker.send(arn, 'late');
    expect(await polling).toEqual([]);
    expect(await receive(sqs, url, 20)).toEqual([]);
    expect(broker.listQueues()).toMatchObject([{ visible: 1, inFlight: 0 }]);
  });

  it('does not give a message to a long poll whose client has gone', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', {});
    const abort = new AbortController();
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), { abortSignal: abort.signal });
    await waitForPolls(broker, 'orders', 1);
    abort.abort();
    await expect(poll).rejects.toThrow();
    await waitForPolls(broker, 'orders', 0);
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'next' }));
    expect((await receive(sqs, url)).map(({ Body }) => Body)).toEqual(['next']);
  });

  it('ends only as many waits as it has messages for', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', {});
    const polls = [receive(sqs, url, 20), receive(sqs, url, 20)];
    await waitForPolls(broker, 'orders', 2);
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id })) }));
    expect((await Promise.race(polls)).length).toBe(3);
    expect(broker.queues.queuesByName.get('orders')?.pollWaiters.length).toBe(1);
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'd' }));
    expect((await Promise.all(polls)).flat().length).toBe(4);
  });

  it('wakes a waiting poll within a moment of the message', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', {});
    const poll = receive(sqs, url, 20);
    await waitForPolls(broker, 'orders', 1);
    const sentAt = performance.now();
    await broker.send('arn:aws:sqs:eu-west-1:222222222222:orders', 'hello', { type: 'greeting' });
    const [message] = await poll;
    expect(performance.now() - sentAt).toBeLessThan(500);
    expect(message?.MessageAttributes?.['type']?.StringValue).toBe('greeting');
  });

  it('gives a message again at once after ChangeMessageVisibility(0), with durability too', async () => {
    const { broker, sqs } = await start({ stateFolder: await makeFolder() });
    const { url } = broker.ensureQueue('orders', {});
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'retry me' }));
    const [first] = await receive(sqs, url);
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }));
    const [second] = await receive(sqs, url);
    expect(second?.Body).toBe('retry me');
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('counts a message as visible once its visibility timeout is over, though nobody polls', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', { VisibilityTimeout: '1' });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'held' }));
    await receive(sqs, url);
    const count = (): readonly number[] => broker.listQueues().map(({ visible, inFlight }) => visible - inFlight);
    expect(count()).toEqual([-1]);
    await waitUntil(() => count()[0] === 1);
  });

  it('takes every character that AWS takes, and no other', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', {});
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '東京 🗼\t\uFFFD' }));
    expect((await receive(sqs, url)).map(({ Body }) => Body)).toEqual(['東京 🗼\t\uFFFD']);
    for (const MessageBody of ['\uFFFE', 'a\uFFFF', '\u0000', '\u001b'])
      await expect(sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }))).rejects.toThrow(/invalid characters/i);
  });

  it('holds a message back for DelaySeconds', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', {});
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'later', DelaySeconds: 1 }));
    expect(await receive(sqs, url)).toEqual([]);
    expect((await receive(sqs, url, 5)).map(({ Body }) => Body)).toEqual(['later']);
  });

  it('drops messages older than its retention period', async () => {
    const { broker, sqs } = await start();
    const { url } = broker.ensureQueue('orders', { MessageRetentionPeriod: '60' });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'old' }));
    const stored = broker.queues.queuesByName.get('orders')?.messages[0];
    Object.assign(stored ?? {}, { sentTimestamp: Date.now() - 61_000 });
    expect(await receive(sqs, url)).toEqual([]);
  });

  it('moves a message to the dead-letter queue after maxReceiveCount', async () => {
    const { broker, sqs } = await start();
    const { arn, url: deadLetterUrl } = broker.ensureQueue('orders-dlq', {});
    const redrive = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 });
    const { url } = broker.ensureQueue('orders', { RedrivePolicy: redrive, VisibilityTimeout: '0' });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }));
    expect((await receive(sqs, url)).length).toBe(1);
    expect(await receive(sqs, url)).toEqual([]);
    expect((await receive(sqs, deadLetterUrl)).map(({ Body }) => Body)).toEqual(['poison']);
  });

  it('keeps waiting, in-flight and deleted messages apart over a restart', async () => {
    const stateFolder = await makeFolder();
    const first = await start({ stateFolder });
    const { url } = first.broker.ensureQueue('orders', { VisibilityTimeout: '600' });
    for (const MessageBody of ['in flight', 'deleted', 'waiting']) {
      await first.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
      if (MessageBody === 'waiting') continue;
      const [message] = await receive(first.sqs, url);
      if (MessageBody === 'deleted')
        await first.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    }
    await cleanUps.pop()?.();
    const { broker, sqs } = await start({ stateFolder });
    expect(broker.listQueues()).toMatchObject([{ name: 'orders', url: `${broker.endpoint}/222222222222/orders`, visible: 1, inFlight: 1 }]);
    expect((await receive(sqs, `${broker.endpoint}/222222222222/orders`)).map(({ Body }) => Body)).toEqual(['waiting']);
  });
});
