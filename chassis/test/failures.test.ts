import { afterEach, describe, expect, it } from '@jest/globals';
import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { waitFor } from '@torii/testing';
import { type Harness, createHarness, envelopeOf, failureOf } from './messaging-harness.ts';

let harness: Harness;
afterEach(() => harness.stop());

const TYPE = 'catalog.item.deleted.v1';
const queueUrl = () => harness.broker.queueUrl('catalog-events');
const deadLetterUrl = () => harness.broker.queueUrl('catalog-events-dlq');
const deadLetter = async () => (await harness.broker.receiveAll(deadLetterUrl(), 1))[0];
const queueIsEmpty = () => harness.broker.depth(queueUrl()) === 0;

async function deliver(body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const),
  );
  await harness.broker.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: body, MessageAttributes }));
}

interface FailureRow {
  readonly consumer: string;
  readonly id: string;
  readonly attempts: number;
  readonly firstError: string;
  readonly lastError: string;
}
const failureRows = () =>
  harness.schema.query<FailureRow>(
    'SELECT consumer, message_id AS id, attempts, first_error AS firstError, last_error AS lastError FROM message_failures',
  );
const away = () => Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });

describe('failures of a message', () => {
  it('are remembered from delivery to delivery, and forgotten when it succeeds', async () => {
    harness = await createHarness();
    const remembered: (readonly FailureRow[])[] = [];
    await deliver(envelopeOf('m-1'));
    const handler = async (_message: unknown, { attempt }: { readonly attempt: number }) => {
      remembered.push(await failureRows());
      if (attempt === 1) throw new TypeError('ada@example.com is no function');
      if (attempt === 2) throw new RangeError('too far');
    };
    await harness.consumer({ [TYPE]: handler }).start();
    await waitFor(queueIsEmpty);
    const first = { consumer: 'catalog', id: 'm-1', attempts: 1, firstError: 'TypeError: [masked e-mail] is no function' };
    expect(remembered).toEqual([
      [],
      [{ ...first, lastError: first.firstError }],
      [{ ...first, attempts: 2, lastError: 'RangeError: too far' }],
    ]);
    expect(await failureRows()).toEqual([]);
  });

  it('are what its dead letter tells', async () => {
    harness = await createHarness();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await deliver(envelopeOf('m-1'), { traceparent, type: TYPE });
    const handler = async (_message: unknown, { attempt }: { readonly attempt: number }) => {
      throw attempt === 1 ? away() : new RangeError('too far');
    };
    const failing = harness.consumer({ [TYPE]: handler }, { maxAttempts: 2 });
    await failing.start();
    const letter = await deadLetter();
    expect(failureOf(letter)).toEqual({
      reason: 'attempts-exhausted',
      attempts: 2,
      firstError: 'Error: no connection',
      lastError: 'RangeError: too far',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      consumer: 'catalog',
      failedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(letter?.MessageAttributes).toMatchObject({ traceparent: { StringValue: traceparent }, type: { StringValue: TYPE } });
    // Redriven with the attribute it got, it succeeds, and nothing is remembered any more.
    expect(await failureRows()).toHaveLength(1);
    await failing.stop();
    await harness.consumer({}).start();
    await deliver(letter?.Body ?? '', { failure: letter?.MessageAttributes?.['failure']?.StringValue ?? '' });
    await waitFor(async () => (await failureRows()).length === 0);
  });

  it('fit beside the largest of bodies', async () => {
    harness = await createHarness();
    const body = JSON.stringify({ ...(JSON.parse(envelopeOf('m-1')) as object), subject: 'x'.repeat(255 * 1024) });
    await deliver(body);
    await harness.consumer({ [TYPE]: () => Promise.reject(new Error('京'.repeat(2_000))) }, { maxAttempts: 1 }).start();
    const letter = await deadLetter();
    expect(letter?.Body).toBe(body);
    expect(failureOf(letter)).toMatchObject({ reason: 'attempts-exhausted', firstError: expect.stringContaining('京') });
  });
});

describe('a message', () => {
  it('of a version newer than this process waits for one that knows it, and becomes a dead letter in the end', async () => {
    harness = await createHarness({ maxReceiveCount: 3 });
    await deliver(envelopeOf('m-1').replace(TYPE, 'catalog.item.deleted.v9'));
    await harness.consumer({}, { maxAttempts: 1 }).start();
    await waitFor(async () => (await failureRows())[0]?.attempts === 2);
    expect(harness.broker.depth(deadLetterUrl())).toBe(0);
    const letter = await deadLetter();
    expect(failureOf(letter)).toMatchObject({
      reason: 'unknown-type',
      attempts: 3,
      lastError: expect.stringContaining('catalog.item.deleted.v9'),
    });
  });

  it('that meets an outage to the last of its deliveries says so', async () => {
    harness = await createHarness({ maxReceiveCount: 2 });
    await deliver(envelopeOf('m-1'));
    await harness.consumer({ [TYPE]: () => Promise.reject(away()) }).start();
    expect(failureOf(await deadLetter())).toMatchObject({ attempts: 2, firstError: 'Error: no connection' });
  });

  it('stays where it is while the dead-letter queue cannot be reached', async () => {
    harness = await createHarness();
    await deliver('no JSON');
    let refusals = 2;
    const send = async (command: { readonly input: { readonly QueueUrl?: string } }, ...rest: readonly unknown[]): Promise<unknown> => {
      if (command.input.QueueUrl === deadLetterUrl() && refusals-- > 0) throw new Error('queue is away');
      return Reflect.apply(harness.sqs.send, harness.sqs, [command, ...rest]);
    };
    await harness.consumer({}, { sqs: { send } as unknown as SQSClient }).start();
    expect(failureOf(await deadLetter())).toMatchObject({ reason: 'not-json', attempts: 3 });
    await waitFor(queueIsEmpty);
  });

  it('that fails after heartbeats is postponed, and no heartbeat brings it back early', async () => {
    harness = await createHarness();
    await deliver(envelopeOf('m-1'));
    const changes: { readonly handle: string | undefined; readonly seconds: number | undefined }[] = [];
    const send = async (command: { readonly input: object }, ...rest: readonly unknown[]): Promise<unknown> => {
      if (command instanceof ChangeMessageVisibilityBatchCommand)
        for (const { ReceiptHandle: handle, VisibilityTimeout: seconds } of command.input.Entries ?? []) changes.push({ handle, seconds });
      return Reflect.apply(harness.sqs.send, harness.sqs, [command, ...rest]);
    };
    const postponed = Promise.withResolvers<number>();
    const handler = async (_message: unknown, { attempt }: { readonly attempt: number }) => {
      if (attempt > 1) return postponed.resolve(performance.now());
      await waitFor(() => changes.length > 0, { what: 'A heartbeat' });
      throw new TypeError('too slow to be right');
    };
    // A heartbeat each second, and a pause of two.
    const settings = { visibilityTimeoutSeconds: 4 };
    const consumer = harness.consumer({ [TYPE]: handler }, { settings, random: () => 0.99, sqs: { send } as unknown as SQSClient });
    await consumer.start();
    await postponed.promise;
    const [first] = changes;
    expect(changes.filter(({ handle }) => handle === first?.handle).map(({ seconds }) => seconds)).toEqual([
      ...changes.filter(({ seconds }) => seconds === 4).map(() => 4),
      2,
    ]);
  });

  it('whose consumer dies before it acknowledges takes effect once', async () => {
    harness = await createHarness();
    const seen: string[] = [];
    await deliver(envelopeOf('m-1'));
    let died = false;
    const failpoints = {
      beforeAcknowledge: () => {
        if (died) return;
        died = true;
        throw new Error('killed');
      },
    };
    const settings = { visibilityTimeoutSeconds: 2 };
    await harness.consumer({ [TYPE]: async ({ id }) => void seen.push(id) }, { failpoints, settings }).start();
    await waitFor(queueIsEmpty);
    expect([seen, died]).toEqual([['m-1'], true]);
  });
});

describe('a replayed message', () => {
  const replay = async (rebuildable: boolean, ...replays: readonly string[]): Promise<readonly string[]> => {
    harness = await createHarness();
    const seen: string[] = [];
    await harness.consumer({ [TYPE]: async ({ id }) => void seen.push(id) }, { settings: { rebuildable } }).start();
    await deliver(envelopeOf('m-1'));
    for (const id of replays) await deliver(envelopeOf('m-1'), { replay: id });
    await waitFor(queueIsEmpty);
    return seen;
  };

  it('takes effect again, once a replay, where the queue is rebuildable', async () => {
    expect(await replay(true, 'replay01', 'replay01', 'replay02')).toEqual(['m-1', 'm-1', 'm-1']);
  });

  it('changes nothing anywhere else, or when its replay id is none', async () => {
    expect(await replay(false, 'replay01')).toEqual(['m-1']);
    await harness.stop();
    expect(await replay(true, 'no replay id')).toEqual(['m-1']);
  });
});

describe('a consumer', () => {
  it('starts without its queue, and takes from it once it can be reached', async () => {
    harness = await createHarness();
    const seen: string[] = [];
    let refusals = 3;
    const send = async (command: object, ...rest: readonly unknown[]): Promise<unknown> => {
      if (refusals-- > 0) throw new Error('SQS is away');
      return Reflect.apply(harness.sqs.send, harness.sqs, [command, ...rest]);
    };
    await deliver(envelopeOf('m-1'));
    await harness.consumer({ [TYPE]: async ({ id }) => void seen.push(id) }, { sqs: { send } as unknown as SQSClient }).start();
    await waitFor(() => seen.length === 1);
  });

  it('does not start on a queue that does not exist', async () => {
    harness = await createHarness();
    const absent = queueUrl().replace('catalog-events', 'nobodys-events');
    await expect(harness.consumer({}, { queueUrl: absent }).start()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('told to stop acknowledges what it has finished, however long that takes', async () => {
    harness = await createHarness();
    const handled = Promise.withResolvers<void>();
    const mayAcknowledge = Promise.withResolvers<void>();
    await deliver(envelopeOf('m-1'));
    const failpoints = {
      beforeAcknowledge: () => {
        handled.resolve();
        return mayAcknowledge.promise;
      },
    };
    const consumer = harness.consumer({}, { failpoints });
    await consumer.start();
    await handled.promise;
    const stopped = consumer.stop();
    mayAcknowledge.resolve();
    await stopped;
    expect(harness.broker.depth(queueUrl())).toBe(0);
  });
});
