import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type DataOf, jobId } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { createClaimCheck, createQueueLambda, createS3Client } from '../src/index.ts';
import { type Harness, IGNORING, OWNER, createHarness } from './messaging-harness.ts';

type Batch = DataOf<'catalog.apply-import-batch.v1'>;
const TYPE = 'catalog.apply-import-batch.v1';

let harness: Harness;
let s3: S3Client;

beforeEach(async () => {
  harness = await createHarness();
  s3 = createS3Client();
});
afterEach(async () => {
  s3.destroy();
  await harness.stop();
});

/** 400 rows of 1.5 kB: three times what a queue takes. */
function largeBatch(): Batch {
  const description = '東京'.repeat(250);
  return {
    jobId: jobId.parse('0190a1b2-0000-7000-8000-0000000000aa'),
    attempt: 1,
    batchNumber: 0,
    ownerId: OWNER,
    rows: Array.from({ length: 400 }, (_, index) => ({ rowNumber: index + 1, sku: `S-${index}`, name: 'Lamp', description })),
  };
}

async function sendLarge(id: string): Promise<void> {
  const outbox = harness.outbox('jobs');
  harness.relay(outbox).start();
  await harness.database.transaction((tx) => outbox.send(tx, { type: TYPE, aggregateId: 'job', data: largeBatch(), id }));
  await waitFor(async () => (await harness.schema.query('SELECT id FROM outbox_messages')).length === 0);
}

const commands = () => ({ queue: 'catalog-commands', queueUrl: harness.broker.queueUrl('catalog-commands') }) as const;
const listClaims = async () => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: harness.broker.messagesBucket }));
  return Contents.map(({ Key }) => Key ?? '');
};
const idOf = (body = '{}') => String(Reflect.get(Object(JSON.parse(body)), 'id'));
const listRefusals = () => harness.logs.filter(({ msg }) => msg === 'messages were refused');
const failureReason = async () => {
  const [letter] = await harness.broker.receiveAll(harness.broker.queueUrl('catalog-commands-dlq'), 1);
  return Reflect.get(Object(JSON.parse(letter?.MessageAttributes?.['failure']?.StringValue ?? 'null')), 'reason') as unknown;
};

describe('a message that is too large for a queue', () => {
  it('is handled like any other', async () => {
    const handled: Batch[] = [];
    await sendLarge('large-1');
    const today = new Date().toISOString().slice(0, 10);
    expect(await listClaims()).toEqual([`claims/jobs/${today}/large-1.json`]);
    await harness.consumer({ [TYPE]: async ({ data }) => void handled.push(data) }, commands()).start();
    await waitFor(() => handled.length === 1);
    expect(handled).toEqual([largeBatch()]);
    await waitFor(() => harness.broker.depth(commands().queueUrl) === 0);
  });

  it('is handled by a function too', async () => {
    const handled: Batch[] = [];
    await sendLarge('large-1');
    const [message] = await harness.broker.receiveAll(commands().queueUrl, 1);
    const handler = createQueueLambda({
      name: 'worker',
      consumer: 'catalog',
      queueUrl: commands().queueUrl,
      sqs: harness.broker.sqs,
      claims: harness.claims,
      database: harness.database,
      logger: harness.logger,
      telemetry: { flush: async () => {}, shutdown: async () => {} },
      handlers: { ...IGNORING, [TYPE]: async ({ data }: { readonly data: Batch }) => void handled.push(data) },
    });
    const attributes = { ApproximateReceiveCount: '1' };
    const record = {
      messageId: 'a',
      receiptHandle: message?.ReceiptHandle ?? '',
      body: message?.Body ?? '',
      attributes,
      messageAttributes: {},
    };
    expect(await handler({ Records: [record] }, { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 })).toEqual({
      batchItemFailures: [],
    });
    expect(handled).toEqual([largeBatch()]);
  });

  it('whose claim is gone becomes a dead letter', async () => {
    await sendLarge('large-1');
    await s3.send(new DeleteObjectCommand({ Bucket: harness.broker.messagesBucket, Key: (await listClaims())[0] ?? '' }));
    await harness.consumer({}, commands()).start();
    expect(await failureReason()).toBe('claim-missing');
  });

  it('comes again while its claim cannot be fetched', async () => {
    const attempts: number[] = [];
    await sendLarge('large-1');
    let isAway = true;
    const claims: typeof harness.claims = {
      ...harness.claims,
      redeem: (dataref) => (isAway ? ((isAway = false), Promise.reject(new Error('S3 is away'))) : harness.claims.redeem(dataref)),
    };
    const handlers = { [TYPE]: async (_message: unknown, { attempt }: { readonly attempt: number }) => void attempts.push(attempt) };
    await harness.consumer(handlers, { ...commands(), claims }).start();
    await waitFor(() => attempts.length === 1);
    expect(attempts).toEqual([2]);
  });

  it('cannot make a consumer read what lies elsewhere', async () => {
    const envelope = { specversion: '1.0', id: 'x', source: '/torii/jobs', type: TYPE, subject: 's', time: '2026-01-01T00:00:00Z' };
    const body = JSON.stringify({ ...envelope, datacontenttype: 'application/json', dataref: 's3://somebody-else/claims/secret.json' });
    await harness.broker.sqs.send(new SendMessageCommand({ QueueUrl: commands().queueUrl, MessageBody: body }));
    await harness.consumer({}, commands()).start();
    expect(await failureReason()).toBe('claim-foreign');
  });

  it('waits in the outbox while S3 is away, and holds up nobody else', async () => {
    const outbox = harness.outbox('jobs');
    const claims = createClaimCheck({ bucket: 'there-is-no-such-bucket' });
    const relay = harness.relay(outbox, { claims });
    await harness.database.transaction((tx) =>
      outbox.send(tx, [
        { type: TYPE, aggregateId: 'job-1', data: largeBatch(), id: 'large' },
        { type: TYPE, aggregateId: 'job-2', data: { ...largeBatch(), rows: largeBatch().rows.slice(0, 1) }, id: 'small' },
      ]),
    );
    relay.start();
    const [message] = await harness.broker.receiveAll(commands().queueUrl, 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ id: 'small' });
    await waitFor(async () => (await harness.schema.query('SELECT id FROM outbox_messages')).length === 1);
    expect(harness.logs).toContainEqual(expect.objectContaining({ msg: 'messages were refused', destination: 'catalog-commands' }));
  });

  it('whose claim cannot be deposited holds up what comes after it of its own aggregate, and refuses nobody else', async () => {
    const outbox = harness.outbox('jobs');
    const small = { ...largeBatch(), rows: largeBatch().rows.slice(0, 1) };
    let isAway = true;
    const claims: typeof harness.claims = {
      ...harness.claims,
      deposit: (body) => (isAway && body.length > 100_000 ? Promise.reject(new Error('S3 takes nothing')) : harness.claims.deposit(body)),
    };
    const send = (id: string, aggregateId: string, data: Batch) => ({ type: TYPE, aggregateId, data, id }) as const;
    await harness.database.transaction((tx) =>
      outbox.send(tx, [
        send('other-1', 'job-2', small),
        send('large', 'job-1', largeBatch()),
        send('after', 'job-1', small),
        send('other-2', 'job-2', small),
        send('other-3', 'job-3', small),
      ]),
    );
    harness.relay(outbox, { claims }).start();
    const take = async (count: number) => (await harness.broker.receiveAll(commands().queueUrl, count)).map(({ Body }) => idOf(Body));
    expect((await take(3)).toSorted()).toEqual(['other-1', 'other-2', 'other-3']);
    await waitFor(() => listRefusals().length > 0);
    expect(listRefusals()).toEqual(listRefusals().map(() => expect.objectContaining({ destination: 'catalog-commands', aggregates: 1 })));
    expect(harness.logs.filter(({ msg }) => msg === 'destination cannot be reached')).toEqual([]);
    // New messages of others pass it, too.
    await harness.database.transaction((tx) => outbox.send(tx, send('other-4', 'job-2', small)));
    expect(await take(1)).toEqual(['other-4']);
    isAway = false;
    expect(await take(2)).toEqual(['large', 'after']);
  });

  it('may be one of several of the largest size, in one transaction', async () => {
    const outbox = harness.outbox('jobs');
    const handled: string[] = [];
    // Quotes are escaped twice on their way into the database.
    const rows = largeBatch().rows.map((row) => ({ ...row, attributes: { note: 'x"'.repeat(3_000) } }));
    const messages = ['1', '2', '3'].map((id) => ({ type: TYPE, aggregateId: id, data: { ...largeBatch(), rows }, id }) as const);
    await harness.database.transaction((tx) => outbox.send(tx, messages));
    harness.relay(outbox).start();
    await harness.consumer({ [TYPE]: async ({ id, data }) => void handled.push(`${id} ${data.rows.length}`) }, commands()).start();
    await waitFor(() => handled.length === 3);
    expect(handled.toSorted()).toEqual(['1 400', '2 400', '3 400']);
  });

  it('is refused when it is too large for that, too', async () => {
    const outbox = harness.outbox('jobs');
    const rows = largeBatch().rows.map((row) => ({ ...row, attributes: { note: 'x'.repeat(25_000) } }));
    const sending = harness.database.transaction((tx) =>
      outbox.send(tx, { type: TYPE, aggregateId: 'job', data: { ...largeBatch(), rows } }),
    );
    await expect(sending).rejects.toThrow('are more than the 8388608 a message may have');
  });
});
