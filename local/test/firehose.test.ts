import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Broker, LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';
import type { Properties } from '../src/provider.ts';
import { createFirehoseProvider, type FirehoseProvider } from '../src/providers/firehose/firehose.ts';
import { createSnsProvider } from '../src/providers/sns.ts';
import { createResource } from './local-context.ts';
import { until } from './until.ts';

const ACCOUNT = { region: 'eu-west-1', accountId: '222222222222' } as const;
const STREAM = 'arn:aws:firehose:eu-west-1:222222222222:deliverystream/archive';
const DESTINATION: Properties = {
  BucketARN: 'arn:aws:s3:::messages',
  Prefix: 'archive/catalog/!{timestamp:yyyy/MM/dd/HH}/',
  ErrorOutputPrefix: 'archive-errors/catalog/!{firehose:error-output-type}/',
  BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 5 },
  ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord', Parameters: [] }] },
};

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-firehose-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Stage {
  readonly broker: Broker;
  readonly streams: FirehoseProvider;
  readonly sns: SNSClient;
  readonly topicArn: string;
  apply(type: string, properties: Properties): Promise<unknown>;
  /** Records that come between the stop of the streams and this wait for the next start. */
  stop(): Promise<void>;
  /** Keys and lines of what is archived. */
  read(): { readonly keys: readonly string[]; readonly lines: readonly string[] };
}

async function startStage(stateFolder: string, destination: Properties = DESTINATION): Promise<Stage> {
  const broker = await startBroker({ port: 0, ...ACCOUNT, stateFolder });
  const streams = createFirehoseProvider({ ...ACCOUNT, stateFolder, log: () => undefined }, broker);
  const { types } = createSnsProvider(broker, { deliver: () => undefined }, streams);
  const sns = new SNSClient({ endpoint: broker.endpoint, region: ACCOUNT.region, credentials: LOCAL_CREDENTIALS });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    sns.destroy();
    await streams.stop?.();
    await broker.stop();
  };
  cleanUps.push(stop);
  const apply = async (type: string, properties: Properties): Promise<unknown> =>
    ({ ...streams.types, ...types })[type]?.apply(createResource(type, 'Resource', properties), undefined);
  broker.ensureBucket('messages', []);
  await apply('AWS::KinesisFirehose::DeliveryStream', {
    DeliveryStreamName: 'archive',
    DeliveryStreamType: 'DirectPut',
    ExtendedS3DestinationConfiguration: destination,
  });
  const { arn: topicArn } = broker.ensureTopic('events', {});
  await apply('AWS::SNS::Subscription', { TopicArn: topicArn, Protocol: 'firehose', Endpoint: STREAM, RawMessageDelivery: true });
  return {
    broker,
    streams,
    sns,
    topicArn,
    apply,
    stop,
    read: () => {
      const keys = broker.objects.listObjects('messages', { maxKeys: 1000 }).objects.map(({ key }) => key);
      const text = keys.map((key) => broker.objects.getObject('messages', key).body.toString()).join('');
      return { keys, lines: text.split('\n').slice(0, -1) };
    },
  };
}

describe('AWS::KinesisFirehose::DeliveryStream', () => {
  it('brings what its topic publishes to the bucket, a line each, soon after the last', async () => {
    const { sns, topicArn, read } = await startStage(await createFolder());
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: '{"id":"1"}' }));
    const PublishBatchRequestEntries = ['2', '3'].map((Id) => ({ Id, Message: `{"id":"${Id}"}` }));
    await sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }));
    await until('an object', () => read().keys.length > 0);
    expect(read().lines).toEqual(['{"id":"1"}', '{"id":"2"}', '{"id":"3"}']);
    expect(read().keys).toEqual([expect.stringMatching(/^archive\/catalog\/\d{4}(\/\d\d){3}\/archive-1-\d{4}(-\d\d){5}-[0-9a-f-]{36}$/)]);
  });

  it('begins another object when one is as large as the template says', async () => {
    const hints = { IntervalInSeconds: 60, SizeInMBs: 1 };
    const { streams, read } = await startStage(await createFolder(), { ...DESTINATION, BufferingHints: hints });
    for (let count = 0; count < 5; count++) streams.putRecord(STREAM, 'x'.repeat(600 * 1024));
    expect(read().keys.length).toBe(2);
  });

  it('delivers what it has when the platform stops, and at the next start what came after that', async () => {
    const folder = await createFolder();
    const { stop, streams, read } = await startStage(folder);
    streams.putRecord(STREAM, 'before');
    await streams.stop?.();
    expect(read().lines).toEqual(['before']);
    streams.putRecord(STREAM, 'after');
    await stop();
    const next = await startStage(folder);
    expect([...next.read().lines].sort()).toEqual(['after', 'before']);
  });

  it('leaves out a record that was being written when the machine died', async () => {
    const folder = await createFolder();
    const { stop, streams } = await startStage(folder);
    await streams.stop?.();
    streams.putRecord(STREAM, 'whole');
    const spool = join(folder, 'streams', 'archive');
    for (const file of readdirSync(spool)) await appendFile(join(spool, file), '{"id":"tor');
    await stop();
    expect((await startStage(folder)).read().lines).toEqual(['whole']);
  });

  it('delivers over itself when it had delivered and could not say so', async () => {
    const folder = await createFolder();
    const { stop, streams, read } = await startStage(folder);
    streams.putRecord(STREAM, 'once');
    const spool = join(folder, 'streams', 'archive');
    const [file = ''] = readdirSync(spool);
    copyFileSync(join(spool, file), join(folder, file));
    await streams.stop?.();
    copyFileSync(join(folder, file), join(spool, file));
    const { keys } = read();
    await stop();
    const next = await startStage(folder);
    expect(next.read()).toEqual({ keys, lines: ['once'] });
  });

  it('tells how old the oldest record is that is not in the bucket', async () => {
    const { streams } = await startStage(await createFolder());
    const metric = {
      namespace: 'AWS/Firehose',
      name: 'DeliveryToS3.DataFreshness',
      dimensions: { DeliveryStreamName: 'archive' },
      periodSeconds: 300,
      statistic: 'Maximum',
    };
    expect(streams.metrics.read(metric, new Date())).toBe(0);
    streams.putRecord(STREAM, 'waits');
    expect(streams.metrics.read(metric, new Date(Date.now() + 600_000))).toBeCloseTo(600, 0);
    expect(streams.metrics.read({ ...metric, dimensions: {} }, new Date())).toBeUndefined();
  });

  it.each([
    ['compression other than GZIP', { CompressionFormat: 'ZIP' }],
    ['dynamic partitioning', { DynamicPartitioningConfiguration: { Enabled: true } }],
    ['a time zone', { CustomTimeZone: 'Asia/Tokyo' }],
    ['only one of the processors Decompression', { ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'Decompression' }] } }],
    ['the processor Lambda', { ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'Lambda' }] } }],
    ['!{partitionKeyFromQuery:type}', { Prefix: '!{partitionKeyFromQuery:type}/' }],
  ])('fails the start for %s', async (what, change) => {
    const { apply } = await startStage(await createFolder());
    await expect(
      apply('AWS::KinesisFirehose::DeliveryStream', { ExtendedS3DestinationConfiguration: { ...DESTINATION, ...change } }),
    ).rejects.toThrow(`cannot have ${what}`);
  });

  it.each([{ RawMessageDelivery: false }, { FilterPolicy: { type: ['x'] } }])(
    'fails the start for a subscription with %j',
    async (change) => {
      const { apply, topicArn } = await startStage(await createFolder());
      const subscription = { TopicArn: topicArn, Protocol: 'firehose', Endpoint: STREAM, RawMessageDelivery: true };
      await expect(apply('AWS::SNS::Subscription', { ...subscription, ...change })).rejects.toThrow(
        'with a filter or without RawMessageDelivery',
      );
    },
  );
});

/** The stage in a process of its own, so that it can be killed. */
async function spawnStage(
  stateFolder: string,
): Promise<{ readonly child: ChildProcess; readonly endpoint: string; readonly topicArn: string }> {
  const source = (file: string): string => JSON.stringify(new URL(`../src/${file}`, import.meta.url).href);
  const program = `
    const { startBroker } = await import(${source('fauxqs/broker.ts')});
    const { createFirehoseProvider } = await import(${source('providers/firehose/firehose.ts')});
    const { createSnsProvider } = await import(${source('providers/sns.ts')});
    const broker = await startBroker(${JSON.stringify({ port: 0, ...ACCOUNT, stateFolder })});
    const streams = createFirehoseProvider({ ...${JSON.stringify({ ...ACCOUNT, stateFolder })}, log: console.error }, broker);
    const { types } = createSnsProvider(broker, { deliver: () => undefined }, streams);
    broker.ensureBucket('messages', []);
    const ExtendedS3DestinationConfiguration = ${JSON.stringify(DESTINATION)};
    await streams.types['AWS::KinesisFirehose::DeliveryStream'].apply({ properties: { DeliveryStreamName: 'archive', ExtendedS3DestinationConfiguration } });
    const { arn: TopicArn } = broker.ensureTopic('events', {});
    await types['AWS::SNS::Subscription'].apply({ properties: { TopicArn, Protocol: 'firehose', Endpoint: '${STREAM}', RawMessageDelivery: true } });
    console.log(JSON.stringify([broker.endpoint, TopicArn]));`;
  // Jest's own options would start Jest's loader in the child.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUps.push(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [endpoint, topicArn] = JSON.parse(line) as [string, string];
  return { child, endpoint, topicArn };
}

describe('a platform that is killed', () => {
  it('has archived, when it is back, every event whose publisher was answered', async () => {
    const folder = await createFolder();
    const { child, endpoint, topicArn } = await spawnStage(folder);
    const sns = new SNSClient({ endpoint, region: ACCOUNT.region, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 });
    cleanUps.push(() => sns.destroy());
    const acknowledged: string[] = [];
    const publish = async (lane: number): Promise<void> => {
      for (let round = 0; ; round++) {
        const PublishBatchRequestEntries = Array.from({ length: 10 }, (_entry, index) => ({
          Id: String(index),
          Message: `${lane}-${round}-${index}`,
        }));
        await sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }));
        acknowledged.push(...PublishBatchRequestEntries.map(({ Message }) => Message));
        if (acknowledged.length > 400) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled([publish(0), publish(1), publish(2), publish(3)]);
    const kept = new Set((await startStage(folder)).read().lines);
    expect(acknowledged.length).toBeGreaterThan(400);
    expect(acknowledged.filter((record) => !kept.has(record))).toEqual([]);
  });
});
