import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { AthenaClient, BatchGetNamedQueryCommand, ListNamedQueriesCommand, ListTableMetadataCommand } from '@aws-sdk/client-athena';
import { createControlServer } from '../src/control-server.ts';
import { type Broker, LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';
import { type LogGroup, openLogGroup } from '../src/processes/log-group.ts';
import type { Properties, Provider } from '../src/provider.ts';
import { createAthenaProvider } from '../src/providers/athena.ts';
import { createLogSubscriptions, type LogSubscriptions } from '../src/providers/cloudwatch-logs/log-subscriptions.ts';
import { createFirehoseProvider, type FirehoseProvider } from '../src/providers/firehose/firehose.ts';
import { createGlueProvider } from '../src/providers/glue.ts';
import { createResource, createTrialContext, type TrialContext } from './local-context.ts';
import { until } from './until.ts';

const GROUP = '/torii/dev/catalog';
const STREAM = 'arn:aws:firehose:eu-west-1:222222222222:deliverystream/lake';
const DESTINATION: Properties = {
  BucketARN: 'arn:aws:s3:::lake',
  Prefix: 'logs/!{timestamp:yyyy/MM/dd/HH}/',
  FileExtension: '.ndjson.gz',
  CompressionFormat: 'GZIP',
  ProcessingConfiguration: {
    Enabled: true,
    Processors: ['Decompression', 'CloudWatchLogProcessing', 'AppendDelimiterToRecord'].map((Type) => ({ Type })),
  },
};
const SUBSCRIPTION: Properties = {
  LogGroupName: GROUP,
  DestinationArn: STREAM,
  FilterPattern: '{ ($.service = "*") && ($._aws NOT EXISTS) }',
};

let context: TrialContext;
let broker: Broker;
let streams: FirehoseProvider;
let subscriptions: LogSubscriptions;
let group: LogGroup;
let output: PassThrough;

function apply({ types }: Provider, type: string, properties: Properties): Promise<unknown> | undefined {
  return types[type]?.apply(createResource(type, 'Resource', properties), undefined);
}

beforeEach(async () => {
  const trial = await createTrialContext([]);
  broker = await startBroker({ port: 0, region: trial.region, accountId: trial.accountId, stateFolder: trial.stateFolder });
  broker.ensureBucket('lake', []);
  streams = createFirehoseProvider(trial, broker);
  subscriptions = createLogSubscriptions(trial, streams);
  context = { ...trial, observeLine: (line, name) => subscriptions.observe(line, name) };
  await apply(streams, 'AWS::KinesisFirehose::DeliveryStream', {
    DeliveryStreamName: 'lake',
    ExtendedS3DestinationConfiguration: DESTINATION,
  });
  group = openLogGroup(context, GROUP);
  output = new PassThrough();
  group.follow({ stdout: output, stderr: new PassThrough() }, 'catalog');
});

afterEach(async () => {
  await subscriptions.stop?.();
  await streams.stop?.();
  await group.close();
  await broker.stop();
  await context.cleanUp();
});

function readLake(): { readonly keys: readonly string[]; readonly lines: readonly string[] } {
  const keys = broker.objects.listObjects('lake', { maxKeys: 1000 }).objects.map(({ key }) => key);
  const text = keys.map((key) => gunzipSync(broker.objects.getObject('lake', key).body).toString()).join('');
  return { keys, lines: text.split('\n').slice(0, -1) };
}

describe('AWS::Logs::SubscriptionFilter', () => {
  it('brings what a process writes to the bucket, a packed line each: what the pattern lets pass, masked', async () => {
    await apply(subscriptions, 'AWS::Logs::SubscriptionFilter', SUBSCRIPTION);
    output.write('{"service":"catalog","msg":"ask ada@example.com, Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"}\n');
    output.write('Warning: no JSON\n{"level":"info"}\n{"service":"catalog","_aws":{}}\n{"service":"catalog","msg":"two\\nlines"}\n');
    await until('an object', () => readLake().keys.length > 0);
    expect(readLake().keys).toEqual([expect.stringMatching(/^logs\/\d{4}(\/\d\d){3}\/lake-1-.*\.ndjson\.gz$/)]);
    expect(readLake().lines).toEqual([
      '{"service":"catalog","msg":"ask [masked e-mail], Bearer [masked token]"}',
      '{"service":"catalog","msg":"two\\nlines"}',
    ]);
  });

  it('leaves no line behind when the platform stops', async () => {
    await apply(subscriptions, 'AWS::Logs::SubscriptionFilter', SUBSCRIPTION);
    for (let count = 0; count < 1201; count += 1) subscriptions.observe(`{"service":"catalog","count":${count}}`, GROUP);
    await subscriptions.stop?.();
    await streams.stop?.();
    expect(readLake().lines).toHaveLength(1201);
  });

  it('ends with its subscription', async () => {
    await apply(subscriptions, 'AWS::Logs::SubscriptionFilter', SUBSCRIPTION);
    const applied = {
      ...createResource('AWS::Logs::SubscriptionFilter', 'Resource', SUBSCRIPTION),
      physicalId: 'torii-dev-trial-Resource',
      attributes: {},
    };
    await subscriptions.types['AWS::Logs::SubscriptionFilter']?.remove?.(applied);
    subscriptions.observe('{"service":"catalog"}', GROUP);
    await subscriptions.stop?.();
    await streams.stop?.();
    expect(readLake().keys).toEqual([]);
  });

  it('fails the start for a destination that is no stream', async () => {
    const elsewhere = { ...SUBSCRIPTION, DestinationArn: 'arn:aws:lambda:eu-west-1:222222222222:function:x' };
    await expect(apply(subscriptions, 'AWS::Logs::SubscriptionFilter', elsewhere)).rejects.toThrow('only streams of Firehose');
  });

  it('hands on what is packed: a stream that does not unpack it has no lines', async () => {
    const plain = { ...DESTINATION, ProcessingConfiguration: { Enabled: false } };
    await apply(streams, 'AWS::KinesisFirehose::DeliveryStream', { DeliveryStreamName: 'lake', ExtendedS3DestinationConfiguration: plain });
    await apply(subscriptions, 'AWS::Logs::SubscriptionFilter', SUBSCRIPTION);
    subscriptions.observe('{"service":"catalog"}', GROUP);
    await subscriptions.stop?.();
    await streams.stop?.();
    expect(readLake().keys).toHaveLength(1);
    expect(readLake().lines).toEqual([]);
  });
});

describe('AWS::Athena and AWS::Glue', () => {
  it('tell a tool of the queries of a workgroup and of the tables they are about', async () => {
    const tables = createGlueProvider();
    const athena = createAthenaProvider(tables);
    await apply(athena, 'AWS::Athena::WorkGroup', { Name: 'torii-dev' });
    await apply(athena, 'AWS::Athena::NamedQuery', { Name: 'all', Database: 'torii', QueryString: 'SELECT 1', WorkGroup: 'torii-dev' });
    await apply(tables, 'AWS::Glue::Table', {
      DatabaseName: 'torii',
      TableInput: {
        Name: 'logs',
        PartitionKeys: [{ Name: 'hour', Type: 'string' }],
        Parameters: { classification: 'json' },
        StorageDescriptor: {
          Location: 's3://lake/logs/',
          Columns: [{ Name: 'trace_id', Type: 'string' }],
          SerdeInfo: { Parameters: { 'mapping.trace_id': 'traceId' } },
        },
      },
    });
    const operations = { AmazonAthena: athena.operations };
    const server = createControlServer({ port: 0, operations, onUnexpectedError: () => undefined });
    const endpoint = `http://127.0.0.1:${await server.start()}`;
    const client = new AthenaClient({ endpoint, region: context.region, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 });
    try {
      const { NamedQueryIds } = await client.send(new ListNamedQueriesCommand({ WorkGroup: 'torii-dev' }));
      const { NamedQueries } = await client.send(new BatchGetNamedQueryCommand({ NamedQueryIds }));
      expect(NamedQueries).toEqual([expect.objectContaining({ Name: 'all', Database: 'torii', QueryString: 'SELECT 1' })]);
      const { TableMetadataList } = await client.send(
        new ListTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName: 'torii' }),
      );
      expect(TableMetadataList).toEqual([
        expect.objectContaining({
          Name: 'logs',
          Columns: [{ Name: 'trace_id', Type: 'string' }],
          PartitionKeys: [{ Name: 'hour', Type: 'string' }],
          Parameters: { location: 's3://lake/logs/', classification: 'json', 'serde.param.mapping.trace_id': 'traceId' },
        }),
      ]);
      await expect(client.send(new ListNamedQueriesCommand({ WorkGroup: 'torii-prod' }))).rejects.toThrow(
        'WorkGroup torii-prod is not found.',
      );
    } finally {
      client.destroy();
      await server.stop();
    }
  });
});
