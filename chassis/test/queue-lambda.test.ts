import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Message, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Handlers } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { type HandlerContext, ServiceError, type SqsBatchResponse, type SqsRecord, createQueueLambda } from '../src/index.ts';
import { type Harness, IGNORING, createHarness, envelopeOf, failureOf } from './messaging-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.stop());

const TYPE = 'catalog.item.deleted.v1';
const queueUrl = () => harness.broker.queueUrl('catalog-events');
const deadLetterUrl = () => harness.broker.queueUrl('catalog-events-dlq');

/** Sends them, takes them as an event source does, and leaves them in flight. */
async function receive(...bodies: readonly string[]): Promise<readonly SqsRecord[]> {
  for (const MessageBody of bodies) await harness.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody }));
  const messages: Message[] = [];
  await waitFor(async () => {
    const { Messages = [] } = await harness.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl(),
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    messages.push(...Messages);
    return messages.length === bodies.length;
  });
  return messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? '1' },
    messageAttributes: {},
  }));
}

function invoke(
  records: readonly SqsRecord[],
  handlers: Partial<Handlers<'catalog', HandlerContext>>,
  overrides: Partial<Parameters<typeof createQueueLambda<'catalog'>>[0]> = {},
): Promise<SqsBatchResponse> {
  const { sqs, claims, database, logger } = harness;
  const telemetry = { flush: async () => {}, shutdown: async () => {} };
  const settings = { name: 'worker', consumer: 'catalog', queueUrl: queueUrl(), sqs, claims, database, logger, telemetry } as const;
  const handler = createQueueLambda({ ...settings, handlers: { ...IGNORING, ...handlers }, ...overrides });
  return handler({ Records: records }, { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 30_000 });
}

describe('a function that takes from a queue', () => {
  it('reports only what must come again; what is dead goes to the dead-letter queue with its reason', async () => {
    const records = await receive(envelopeOf('good'), envelopeOf('refused'), envelopeOf('failing'), 'no JSON');
    const idOf = (text: string) => records.find(({ body }) => body.includes(text))?.messageId;
    const response = await invoke(records, {
      [TYPE]: async ({ id }) => {
        if (id === 'refused') throw new ServiceError({ code: 'ITEM_UNKNOWN', kind: 'not-found', message: 'Item 1 cannot be deleted.' });
        if (id === 'failing') throw new TypeError('a bug, perhaps a passing one');
      },
    });
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: idOf('"failing"') }] });
    const letters = await harness.broker.receiveAll(deadLetterUrl(), 2);
    expect(letters.map(failureOf)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reason: 'ITEM_UNKNOWN', firstError: 'Item 1 cannot be deleted.', consumer: 'catalog', attempts: 1 }),
        expect.objectContaining({ reason: 'not-json' }),
      ]),
    );
    expect(await harness.schema.query('SELECT message_id AS id, last_error AS error FROM message_failures ORDER BY id')).toEqual([
      { id: 'failing', error: 'TypeError: a bug, perhaps a passing one' },
      { id: 'refused', error: 'Item 1 cannot be deleted.' },
    ]);
  });

  it('reports a dead message while the dead-letter queue cannot be reached', async () => {
    const [record] = await receive('no JSON');
    const send = async (command: object, ...rest: readonly unknown[]): Promise<unknown> => {
      if (command instanceof SendMessageCommand) throw new Error('queue is away');
      return Reflect.apply(harness.sqs.send, harness.sqs, [command, ...rest]);
    };
    const response = await invoke(record === undefined ? [] : [record], {}, { sqs: { send } as unknown as SQSClient });
    expect(response.batchItemFailures).toHaveLength(1);
    expect(harness.broker.depth(deadLetterUrl())).toBe(0);
  });

  it('that dies before it answers has its effect once', async () => {
    const seen: string[] = [];
    const records = await receive(envelopeOf('m-1'));
    const handlers = { [TYPE]: async ({ id }: { readonly id: string }) => void seen.push(id) };
    const failpoints = { beforeAcknowledge: () => Promise.reject(new Error('timed out')) };
    await expect(invoke(records, handlers, { failpoints })).rejects.toThrow('timed out');
    expect(await invoke(records, handlers)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(['m-1']);
  });
});
