import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Broker, LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';
import type { AppliedResource, Properties, Provider, Resource } from '../src/provider.ts';
import { createCloudWatchProvider } from '../src/providers/cloudwatch/cloudwatch.ts';
import { createAlarmWatch, parseAlarm } from '../src/providers/cloudwatch/alarms.ts';
import { createFirehoseProvider } from '../src/providers/firehose/firehose.ts';
import { createS3Provider } from '../src/providers/s3.ts';
import { createSnsProvider } from '../src/providers/sns.ts';
import { createQueueMetrics, createSqsProvider } from '../src/providers/sqs.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Stage {
  readonly broker: Broker;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly mails: { to: string; text: string }[];
  readonly logs: string[];
  /** Applies a resource, after the one of that logical id that was applied before. */
  apply(type: string, logicalId: string, properties: Properties): Promise<AppliedResource>;
  remove(resource: AppliedResource): Promise<void>;
}

async function startStage(stateFolder?: string): Promise<Stage> {
  const broker = await startBroker({
    port: 0,
    region: 'eu-west-1',
    accountId: '222222222222',
    ...(stateFolder !== undefined && { stateFolder }),
  });
  const [mails, logs]: [{ to: string; text: string }[], string[]] = [[], []];
  const context = { region: 'eu-west-1', accountId: '222222222222', log: (_level: string, message: string) => void logs.push(message) };
  const folder = await mkdtemp(join(tmpdir(), 'torii-streams-'));
  const streams = createFirehoseProvider({ ...context, stateFolder: folder }, broker);
  const providers: readonly Provider[] = [
    streams,
    createSqsProvider(broker, context),
    createSnsProvider(broker, { deliver: (mail) => void mails.push(mail) }, streams),
    createS3Provider(broker, context),
    createCloudWatchProvider(context, { metrics: createQueueMetrics(broker), topics: broker }),
  ];
  const types = Object.assign({}, ...providers.map((provider) => provider.types)) as Provider['types'];
  const applied = new Map<string, AppliedResource>();
  const options = { endpoint: broker.endpoint, region: 'eu-west-1', credentials: LOCAL_CREDENTIALS };
  const [sqs, sns] = [new SQSClient(options), new SNSClient(options)];
  cleanUps.push(async () => {
    sqs.destroy();
    sns.destroy();
    await streams.stop?.();
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    broker,
    sqs,
    sns,
    mails,
    logs,
    apply: async (type, logicalId, properties) => {
      const resource: Resource = {
        stack: 'torii-dev-messaging',
        logicalId,
        type,
        properties,
        generatedName: `torii-dev-messaging-${logicalId}-0a1b2c3d`,
      };
      const state = await types[type]?.apply(resource, applied.get(logicalId));
      if (state === undefined) throw new Error(`No provider has ${type}`);
      const result = { ...resource, ...state };
      applied.set(logicalId, result);
      return result;
    },
    remove: async (resource) => types[resource.type]?.remove?.(resource),
  };
}

async function bodies(sqs: SQSClient, QueueUrl: string): Promise<readonly (string | undefined)[]> {
  const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
  return (received.Messages ?? []).map(({ Body }) => Body);
}

describe('AWS::SQS::Queue', () => {
  it('has its URL as Ref, and the attributes templates ask for', async () => {
    const { apply, broker } = await startStage();
    const queue = await apply('AWS::SQS::Queue', 'Orders', {});
    expect(queue.physicalId).toBe(`${broker.endpoint}/222222222222/torii-dev-messaging-Orders-0a1b2c3d`);
    expect(queue.attributes).toEqual({
      Arn: 'arn:aws:sqs:eu-west-1:222222222222:torii-dev-messaging-Orders-0a1b2c3d',
      QueueName: 'torii-dev-messaging-Orders-0a1b2c3d',
      QueueUrl: queue.physicalId,
    });
  });

  it('changes in place and keeps its messages', async () => {
    const { apply, sqs } = await startStage();
    const { physicalId: QueueUrl } = await apply('AWS::SQS::Queue', 'Orders', { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600 });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
    const deadLetters = await apply('AWS::SQS::Queue', 'DeadLetters', {});
    const redrive = { deadLetterTargetArn: deadLetters.attributes['Arn'] ?? '', maxReceiveCount: 5 };
    await apply('AWS::SQS::Queue', 'Orders', { VisibilityTimeout: '90', RedrivePolicy: redrive });
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ VisibilityTimeout: '90', MessageRetentionPeriod: '345600', RedrivePolicy: JSON.stringify(redrive) });
    expect(await bodies(sqs, QueueUrl)).toEqual(['kept']);
  });

  it('goes with the template only when it is empty', async () => {
    const { apply, remove, broker, sqs, logs } = await startStage();
    const [empty, full] = [await apply('AWS::SQS::Queue', 'Empty', {}), await apply('AWS::SQS::Queue', 'Full', {})];
    await sqs.send(new SendMessageCommand({ QueueUrl: full.physicalId, MessageBody: 'kept' }));
    await remove(empty);
    await remove(full);
    expect(broker.listQueues().map(({ url }) => url)).toEqual([full.physicalId]);
    expect(logs).toEqual([expect.stringMatching(/Queue Full is kept/)]);
  });
});

describe('AWS::SNS::Subscription', () => {
  const message = (Id: string, type: string) => ({
    Id,
    Message: Id,
    MessageAttributes: { type: { DataType: 'String', StringValue: type } },
  });

  it('delivers raw what its filter lets through, and follows a changed filter', async () => {
    const { apply, sqs, sns } = await startStage();
    const queue = await apply('AWS::SQS::Queue', 'Orders', {});
    const { physicalId: TopicArn } = await apply('AWS::SNS::Topic', 'Events', {});
    const subscription = { TopicArn, Protocol: 'sqs', Endpoint: queue.attributes['Arn'] ?? '', RawMessageDelivery: true };
    const first = await apply('AWS::SNS::Subscription', 'Link', { ...subscription, FilterPolicy: { type: ['a.b.created.v1'] } });
    const entries = [message('1', 'a.b.created.v1'), message('2', 'a.b.deleted.v1'), { Id: '3', Message: 'untyped' }];
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
    expect(await bodies(sqs, queue.physicalId)).toEqual(['1']);
    const second = await apply('AWS::SNS::Subscription', 'Link', { ...subscription, FilterPolicy: { type: [{ prefix: 'a.b.' }] } });
    expect(second.physicalId).toBe(first.physicalId);
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
    expect(await bodies(sqs, queue.physicalId)).toEqual(['1', '2']);
  });

  it('survives a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'torii-messaging-'));
    const first = await startStage(folder);
    const queue = await first.apply('AWS::SQS::Queue', 'Orders', {});
    const { physicalId: TopicArn } = await first.apply('AWS::SNS::Topic', 'Events', {});
    await first.apply('AWS::SNS::Subscription', 'Link', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queue.attributes['Arn'] ?? '',
      RawMessageDelivery: 'true',
    });
    await cleanUps.pop()?.();
    cleanUps.push(() => rm(folder, { recursive: true, force: true }));
    const { sns, sqs, broker } = await startStage(folder);
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [message('1', 'x')] }));
    expect(await bodies(sqs, broker.queueUrl(String(queue.attributes['Arn'])))).toEqual(['1']);
  });

  it('brings e-mail to the inbox', async () => {
    const { apply, broker, mails } = await startStage();
    const { physicalId: TopicArn } = await apply('AWS::SNS::Topic', 'Alarms', {});
    await apply('AWS::SNS::Subscription', 'Developer', { TopicArn, Protocol: 'email', Endpoint: 'developers@example.com' });
    await broker.publish(TopicArn, 'ring');
    expect(mails).toMatchObject([{ to: 'developers@example.com', text: 'ring' }]);
  });

  it('fails the start for a protocol that does not work here', async () => {
    const { apply } = await startStage();
    const { physicalId: TopicArn } = await apply('AWS::SNS::Topic', 'Events', {});
    await expect(apply('AWS::SNS::Subscription', 'Link', { TopicArn, Protocol: 'sms', Endpoint: '+81' })).rejects.toThrow(
      /cannot deliver by sms/,
    );
  });
});

describe('AWS::S3::Bucket', () => {
  it('has a name S3 allows, and the CORS rules of the template', async () => {
    const { apply, broker } = await startStage();
    const rule = { AllowedOrigins: ['http://localhost:*'], AllowedMethods: ['PUT'], AllowedHeaders: ['*'], MaxAge: 3600 };
    const bucket = await apply('AWS::S3::Bucket', 'Files', { CorsConfiguration: { CorsRules: [rule] } });
    expect(bucket.physicalId).toBe('torii-dev-messaging-files-0a1b2c3d');
    expect(bucket.attributes['Arn']).toBe('arn:aws:s3:::torii-dev-messaging-files-0a1b2c3d');
    const headers = { origin: 'http://localhost:8123', 'access-control-request-method': 'PUT' };
    const preflight = await fetch(`${broker.endpoint}/${bucket.physicalId}/a`, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('http://localhost:8123');
  });
});

describe('AWS::CloudWatch::Alarm', () => {
  it('rings when a dead letter arrives, and says when it is over', async () => {
    const { apply, broker, mails } = await startStage();
    const queue = await apply('AWS::SQS::Queue', 'DeadLetters', {});
    const { physicalId: topic } = await apply('AWS::SNS::Topic', 'Alarms', {});
    await apply('AWS::SNS::Subscription', 'Developer', { TopicArn: topic, Protocol: 'email', Endpoint: 'developers@example.com' });
    const properties = {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: String(queue.attributes['QueueName']) }],
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      EvaluationPeriods: 1,
      Period: 60,
      AlarmDescription: 'Messages have arrived',
      AlarmActions: [topic],
      OKActions: [topic],
    };
    await apply('AWS::CloudWatch::Alarm', 'Depth', properties);
    const watch = createAlarmWatch(createQueueMetrics(broker), broker);
    watch.set(parseAlarm('depth', properties));
    await watch.check(new Date());
    expect([watch.list()[0]?.state, mails.length]).toEqual(['OK', 0]);
    await broker.send(String(queue.attributes['Arn']), 'poison');
    await watch.check(new Date());
    await watch.check(new Date());
    expect([watch.list()[0]?.state, mails.length]).toEqual(['ALARM', 1]);
    expect(mails[0]?.text).toMatch(/Messages have arrived/);
    broker.queues.queuesByName.get(String(queue.attributes['QueueName']))?.messages.splice(0);
    await watch.check(new Date());
    expect([watch.list()[0]?.state, mails.length]).toEqual(['OK', 2]);
  });
});
