import { type CommandContract, commands, envelope, findSchema, listQueues, PUBLISHERS, type Publisher } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { idOf } from './proofs/powers.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { listReferences, textOf, type Json } from './template.ts';

/** Synthesis takes a few seconds, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 60_000;

let dev: Synthesized;
beforeAll(() => {
  dev = getStage('dev');
}, SYNTHESIS_TIMEOUT_MS);

interface Statement {
  readonly Action: string | readonly string[];
  readonly Effect: string;
  readonly Resource: Json;
}

function parseStatements(document: Json | undefined): readonly Statement[] {
  return (JSON.parse(JSON.stringify(document ?? { Statement: [] })) as { readonly Statement: readonly Statement[] }).Statement;
}

/** `<action> <folder>` of everything that the roles of a stack, whose names begin so, may do to the bucket of messages. */
function listAccess(stack: string, role: string): readonly string[] {
  const policies = dev
    .find('AWS::IAM::Policy')
    .filter((policy) => policy.stack === stack && listReferences(policy.Properties['Roles']).some((id) => id.startsWith(role)));
  return policies
    .flatMap(({ Properties }) => parseStatements(Properties['PolicyDocument']))
    .flatMap(({ Action, Resource }) =>
      [Resource].flat().flatMap((resource) => {
        if (!listReferences(resource).some((id) => /Messages804FA4EB/.test(id))) return [];
        const folder = /"(\/[^"]+)"/.exec(JSON.stringify(resource))?.[1] ?? '/';
        return [Action].flat().map((action) => `${textOf(action)} ${folder}`);
      }),
    )
    .sort();
}

/** Whose messages come to a process. */
function listSources(consumers: readonly string[]): readonly Publisher[] {
  const queues = listQueues().filter(({ consumer }) => consumers.includes(consumer));
  return PUBLISHERS.filter((name) => queues.some(({ publishers, senders }) => publishers.includes(name) || senders.includes(name)));
}

describe('the claims of a publisher', () => {
  it.each([
    { stack: 'identity', role: 'ServiceTaskRole', publisher: 'identity', consumers: ['identity'] },
    { stack: 'catalog', role: 'ServiceTaskRole', publisher: 'catalog', consumers: ['catalog'] },
    { stack: 'jobs', role: 'ServiceTaskRole', publisher: 'jobs', consumers: ['jobs', 'jobs-projection'] },
    { stack: 'jobs', role: 'WorkerFunction', publisher: 'jobs', consumers: ['jobs-worker'] },
  ] as const)('are written by nobody else, and read by who is sent them: $role of $stack', ({ stack, role, publisher, consumers }) => {
    const readable = [...new Set([publisher, ...listSources(consumers)])].map((name) => `s3:GetObject /claims/${name}/*`);
    expect(listAccess(`torii-dev-svc-${stack}`, role)).toEqual(
      [...readable, 's3:ListBucket /', `s3:PutObject /claims/${publisher}/*`].sort(),
    );
  });

  it('are not for the frontend', () => {
    expect(listAccess('torii-dev-svc-frontend', '')).toEqual([]);
  });

  it('and the archive stay where a projection is rebuilt from them, and expire elsewhere, claims later than what refers to them', () => {
    const { Rules } = parseLifecycle(getMessagesBucket().Properties['LifecycleConfiguration']);
    const daysOf = (prefix: string): number | undefined => Rules.find(({ Prefix }) => Prefix === prefix)?.ExpirationInDays;
    expect([daysOf('archive/catalog/'), daysOf('claims/catalog/')]).toEqual([undefined, undefined]);
    for (const publisher of ['identity', 'jobs']) {
      expect([daysOf(`archive/${publisher}/`), daysOf(`claims/${publisher}/`)]).toEqual([90, 91]);
    }
  });
});

function getMessagesBucket(): Found {
  const [bucket] = dev.find('AWS::S3::Bucket').filter(({ logicalId }) => logicalId.startsWith('Messages804FA4EB'));
  if (!bucket) throw new Error('There is no bucket of messages.');
  return bucket;
}

function parseLifecycle(value: Json | undefined): { readonly Rules: readonly { Prefix?: string; ExpirationInDays?: number }[] } {
  return JSON.parse(JSON.stringify(value)) as ReturnType<typeof parseLifecycle>;
}

describe('the archive', () => {
  it('gets every event of every topic, whole and a line each', () => {
    const topics = new Map(
      dev.find('AWS::SNS::Topic').map(({ logicalId }) => [logicalId, logicalId.replace(/Events.*/, '').toLowerCase()]),
    );
    const streams = new Map(dev.find('AWS::KinesisFirehose::DeliveryStream').map((stream) => [stream.logicalId, stream.Properties]));
    const fed = dev
      .find('AWS::SNS::Subscription')
      .filter(({ Properties }) => Properties['Protocol'] === 'firehose')
      .map(({ Properties }) => {
        expect(Properties).toMatchObject({ RawMessageDelivery: true, SubscriptionRoleArn: expect.anything() });
        expect(Properties['FilterPolicy']).toBeUndefined();
        const [streamId = ''] = listReferences(Properties['Endpoint']);
        expect(streams.get(streamId)).toMatchObject({
          DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK' },
          ExtendedS3DestinationConfiguration: {
            BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 5 },
            EncryptionConfiguration: { KMSEncryptionConfig: expect.anything() },
            ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord', Parameters: [] }] },
          },
        });
        const prefix = /"Prefix":"([^"]+)"/.exec(JSON.stringify(streams.get(streamId)))?.[1];
        return `${topics.get(listReferences(Properties['TopicArn'])[0] ?? '')} → ${prefix}`;
      });
    expect(fed.sort()).toEqual(PUBLISHERS.map((name) => `${idOf(name)} → archive/${name}/!{timestamp:yyyy/MM/dd/HH}/`).sort());
  });

  it.each(PUBLISHERS)('is written in the folders of %s by its stream only, and read by no stream', (publisher) => {
    const access = listAccess('torii-dev-messaging', `${idOf(publisher)}archiveRole`);
    expect(access).toEqual(
      [
        ...['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'].map((action) => `${action} /`),
        ...['archive', 'archive-errors'].flatMap((folder) =>
          ['s3:AbortMultipartUpload', 's3:PutObject'].map((action) => `${action} /${folder}/${publisher}/*`),
        ),
      ].sort(),
    );
  });

  it.each(PUBLISHERS)('rings for %s long before Firehose gives up', (publisher) => {
    const alarm = dev.find('AWS::CloudWatch::Alarm').find(({ logicalId }) => logicalId.startsWith(`${idOf(publisher)}archiveAge`));
    expect(alarm?.Properties).toMatchObject({ MetricName: 'DeliveryToS3.DataFreshness', Threshold: 900, Statistic: 'Maximum' });
    expect(textOf(alarm?.Properties['AlarmDescription'])).toMatch(/runbook\.md#archive-is-behind$/);
  });
});

describe('the outbox', () => {
  it.each(PUBLISHERS)('of %s rings when it is behind, and when no relay says that it is not', (publisher) => {
    // Those that tell somebody; CodeDeploy watches others of the same figure.
    const alarms = dev
      .find('AWS::CloudWatch::Alarm')
      .filter(({ Properties: p }) => p['MetricName'] === 'OutboxLagSeconds' && p['AlarmActions'] !== undefined);
    expect(alarms.map(({ stack }) => stack).sort()).toEqual(PUBLISHERS.map((name) => `torii-dev-svc-${name}`).sort());
    expect(alarms.find(({ stack }) => stack === `torii-dev-svc-${publisher}`)?.Properties).toMatchObject({
      Namespace: 'Torii',
      Dimensions: [{ Name: 'Service', Value: publisher }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 60,
      TreatMissingData: 'breaching',
      AlarmDescription: expect.stringMatching(/runbook\.md#outbox-is-behind$/),
    });
  });
});

describe('the topic of alarms', () => {
  it('takes the alarms of its own account, though its policy is not the default one', () => {
    const [policy] = dev
      .find('AWS::SNS::TopicPolicy')
      .filter(({ Properties }) => listReferences(Properties['Topics']).some((id) => id.startsWith('Alarms')));
    expect(parseStatements(policy?.Properties['PolicyDocument'])).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } },
      }),
    );
  });
});

describe('schedules', () => {
  const scheduled = Object.entries<CommandContract>(commands).flatMap(([type, { schedule, ...contract }]) =>
    schedule === undefined ? [] : [{ type, schedule, ...contract }],
  );
  const getRule = (type: string): Found => {
    const rule = dev.find('AWS::Events::Rule').find(({ Properties }) => textOf(Properties['Description']).startsWith(`Sends ${type} `));
    if (!rule) throw new Error(`No rule sends ${type}.`);
    return rule;
  };
  const nameOfQueue = (id: string | undefined): string =>
    textOf(dev.find('AWS::SQS::Queue').find(({ logicalId }) => logicalId === id)?.Properties['QueueName']);

  it('are those of the topology, on the default bus', () => {
    expect(scheduled.length).toBeGreaterThan(0);
    const rules = dev
      .find('AWS::Events::Rule')
      .flatMap(({ Properties: p }) => (p['ScheduleExpression'] === undefined ? [] : [[p['ScheduleExpression'], p['EventBusName']]]));
    expect(rules).toEqual(scheduled.map(({ schedule }) => [schedule.cron, undefined]));
  });

  it.each(scheduled)('$type goes to its owner, as an envelope that its owner takes', ({ type, owner, schedule }) => {
    const [target] = parseTargets(getRule(type).Properties['Targets']);
    expect(nameOfQueue(listReferences(target?.Arn)[0])).toBe(`torii-dev-${owner}-commands`);
    const event: Readonly<Record<string, string>> = { id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718', time: '2026-01-01T03:00:00Z' };
    const body = (target?.InputTransformer.InputTemplate ?? '').replaceAll(/<(\w+)>/g, (_placeholder, name: string) => {
      expect(target?.InputTransformer.InputPathsMap[name]).toBe(`$.${name}`);
      return JSON.stringify(event[name]);
    });
    const message = envelope.parse(JSON.parse(body));
    expect(message).toEqual({
      specversion: '1.0',
      ...event,
      source: '/torii/schedule',
      type,
      subject: type,
      datacontenttype: 'application/json',
      data: schedule.data,
    });
    expect(findSchema(type)?.safeParse(message.data).success).toBe(true);
  });

  it.each(scheduled)('$type is kept when its queue cannot be reached, and somebody hears of it', ({ type }) => {
    const [target] = parseTargets(getRule(type).Properties['Targets']);
    expect(nameOfQueue(listReferences(target?.DeadLetterConfig.Arn)[0])).toBe('torii-dev-schedules-dlq');
    const alarms = dev.find('AWS::CloudWatch::Alarm').filter(({ logicalId }) => logicalId.startsWith('SchedulesDepth'));
    expect(alarms.map(({ Properties }) => textOf(Properties['AlarmDescription']))).toEqual([
      expect.stringMatching(/runbook\.md#dead-letters-arrived$/),
    ]);
  });

  it.each(scheduled)('$type may be sent by EventBridge, through the key of the queues', ({ owner }) => {
    const allows = (statements: readonly Statement[], action: string): boolean =>
      statements.some(
        (statement) => JSON.stringify(statement).includes('"events.amazonaws.com"') && [statement.Action].flat().includes(action),
      );
    const policies = dev.find('AWS::SQS::QueuePolicy');
    const ofOwner = policies.filter(
      ({ Properties }) => nameOfQueue(listReferences(Properties['Queues'])[0]) === `torii-dev-${owner}-commands`,
    );
    expect(ofOwner.some(({ Properties }) => allows(parseStatements(Properties['PolicyDocument']), 'sqs:SendMessage'))).toBe(true);
    const key = dev.find('AWS::KMS::Key').find(({ logicalId }) => logicalId.startsWith('QueueKey'));
    expect(allows(parseStatements(key?.Properties['KeyPolicy']), 'kms:GenerateDataKey*')).toBe(true);
    expect(allows(parseStatements(key?.Properties['KeyPolicy']), 'kms:Decrypt')).toBe(true);
  });
});

interface ScheduledTarget {
  readonly Arn: Json;
  readonly DeadLetterConfig: { readonly Arn: Json };
  readonly InputTransformer: { readonly InputTemplate: string; readonly InputPathsMap: Readonly<Record<string, string>> };
}

function parseTargets(value: Json | undefined): readonly ScheduledTarget[] {
  return JSON.parse(JSON.stringify(value)) as readonly ScheduledTarget[];
}

describe('files of exports', () => {
  it('are written in parts by service and worker, and go after a month', () => {
    const files = dev.find('AWS::S3::Bucket').find(({ logicalId }) => logicalId === 'Files8E6940B8');
    expect(files?.Properties['LifecycleConfiguration']).toEqual({
      Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: 30, Status: 'Enabled' }],
    });
    for (const role of ['ServiceTaskRole', 'WorkerFunction']) {
      const policies = dev
        .find('AWS::IAM::Policy')
        .filter(
          ({ stack, Properties }) =>
            stack === 'torii-dev-svc-jobs' && listReferences(Properties['Roles']).some((id) => id.startsWith(role)),
        );
      const actions = policies
        .flatMap(({ Properties }) => parseStatements(Properties['PolicyDocument']))
        .filter(({ Resource }) => JSON.stringify(Resource).includes('Files8E6940B8'))
        .flatMap(({ Action }) => [Action].flat());
      expect(actions).toEqual(expect.arrayContaining(['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject', 's3:ListBucket']));
    }
  });
});
