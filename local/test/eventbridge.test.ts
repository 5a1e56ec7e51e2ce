import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { createControlServer, type ControlServer } from '../src/control-server.ts';
import { type Broker, LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';
import type { Properties } from '../src/provider.ts';
import { createEventBridgeProvider, type EventBridgeProvider } from '../src/providers/eventbridge/eventbridge.ts';
import { createTargetDelivery, type Target } from '../src/providers/eventbridge/targets.ts';
import { createResource } from './local-context.ts';
import { until } from './until.ts';

const ACCOUNT = { region: 'eu-west-1', accountId: '222222222222' } as const;

let stateFolder: string;
let broker: Broker;
let control: ControlServer;
let provider: EventBridgeProvider;
let client: EventBridgeClient;
const invocations: unknown[] = [];
const logs: string[] = [];

beforeAll(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'torii-events-'));
  broker = await startBroker({ port: 0, ...ACCOUNT });
  const functions = { invoke: async (_name: string, payload: unknown) => void invocations.push(payload) };
  provider = createEventBridgeProvider(
    { ...ACCOUNT, stateFolder, log: (_level, message) => void logs.push(message) },
    { queues: broker, topics: broker, functions },
  );
  control = createControlServer({
    port: 0,
    operations: { AWSEvents: provider.operations },
    onUnexpectedError: (target, error) => void logs.push(`${target} ${String(error)}`),
  });
  const port = await control.start();
  await provider.start?.();
  client = new EventBridgeClient({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials: LOCAL_CREDENTIALS });
  await apply('AWS::Events::EventBus', { Name: 'torii-dev' });
});
afterAll(async () => {
  client.destroy();
  await provider.stop?.();
  await control.stop();
  await broker.stop();
  await rm(stateFolder, { recursive: true, force: true });
});

async function apply(type: string, properties: Properties, logicalId = 'Resource') {
  return provider.types[type]?.apply(
    { stack: 'torii-dev', logicalId, type, properties, generatedName: `torii-dev-${logicalId}` },
    undefined,
  );
}

function put(detail: unknown, more: Readonly<Record<string, string>> = {}) {
  const entry = {
    EventBusName: 'torii-dev',
    Source: 'torii.jobs',
    DetailType: 'jobs.job.completed.v1',
    Detail: JSON.stringify(detail),
    ...more,
  };
  return client.send(new PutEventsCommand({ Entries: [entry] }));
}

function bodiesOf(queueName: string): readonly unknown[] {
  return (broker.queues.queuesByName.get(queueName)?.messages ?? []).map(({ body }) => JSON.parse(body));
}

describe('AWS::Events::Rule', () => {
  it('sends what matches to a queue, before PutEvents answers', async () => {
    const { arn } = broker.ensureQueue('finished', {});
    const pattern = { source: ['torii.jobs'], detail: { data: { type: ['catalog-import'] } } };
    const rule = await apply(
      'AWS::Events::Rule',
      { EventBusName: 'torii-dev', EventPattern: pattern, Targets: [{ Id: 'queue', Arn: arn }] },
      'Finished',
    );
    expect(rule).toEqual({
      physicalId: 'torii-dev|torii-dev-Finished',
      attributes: { Arn: 'arn:aws:events:eu-west-1:222222222222:rule/torii-dev/torii-dev-Finished' },
    });
    expect(await put({ data: { type: 'catalog-import', id: 1 } })).toMatchObject({ FailedEntryCount: 0 });
    await put({ data: { type: 'catalog-export' } });
    await put({ data: { type: 'catalog-import' } }, { Source: 'elsewhere' });
    expect(bodiesOf('finished')).toEqual([
      expect.objectContaining({
        source: 'torii.jobs',
        'detail-type': 'jobs.job.completed.v1',
        account: '222222222222',
        region: 'eu-west-1',
        detail: { data: { type: 'catalog-import', id: 1 } },
      }),
    ]);
  });

  it('sends to topics and functions, with its own input', async () => {
    const { arn: topicArn } = broker.ensureTopic('outside', {});
    const published: string[] = [];
    broker.onPublish(({ body }) => void published.push(body));
    const functionArn = 'arn:aws:lambda:eu-west-1:222222222222:function:on-finish';
    const Targets = [
      { Id: 'topic', Arn: topicArn, InputPath: '$.detail.id' },
      { Id: 'function', Arn: functionArn, InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"job":<id>}' } },
    ];
    await apply('AWS::Events::Rule', { EventBusName: 'torii-dev', EventPattern: { detail: { id: ['j-1'] } }, Targets }, 'Outside');
    await put({ id: 'j-1' });
    expect([published, invocations]).toEqual([['"j-1"'], [{ job: 'j-1' }]]);
  });

  it('refuses a target that does not work here', async () => {
    const Targets = [{ Id: 'stream', Arn: 'arn:aws:kinesis:eu-west-1:222222222222:stream/x' }];
    await expect(apply('AWS::Events::Rule', { EventPattern: { source: ['x'] }, Targets }, 'Bad')).rejects.toThrow(
      /on this machine targets are of sqs, sns, lambda, events/,
    );
  });

  it('can be made and removed by the API', async () => {
    const { arn } = broker.ensureQueue('by-api', {});
    await client.send(new PutRuleCommand({ Name: 'by-api', EventBusName: 'torii-dev', EventPattern: '{"source":["by-api"]}' }));
    await client.send(new PutTargetsCommand({ Rule: 'by-api', EventBusName: 'torii-dev', Targets: [{ Id: '1', Arn: arn }] }));
    await put({}, { Source: 'by-api' });
    expect(bodiesOf('by-api').length).toBe(1);
    await expect(client.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":"x"}' }))).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    const test = new TestEventPatternCommand({ EventPattern: '{"source":["a"]}', Event: '{"source":"a"}' });
    expect(await client.send(test)).toMatchObject({ Result: true });
  });
});

describe('a rule with a schedule', () => {
  it('sends what its template makes of the time and the id, to a queue, when the time comes', async () => {
    const { arn } = broker.ensureQueue('nightly', {});
    const scheduled = createEventBridgeProvider(
      { ...ACCOUNT, stateFolder, log: () => undefined },
      { queues: broker, topics: broker, functions: { invoke: async () => undefined } },
    );
    const InputTransformer = {
      InputPathsMap: { id: '$.id', time: '$.time' },
      InputTemplate: '{"specversion":"1.0","id":<id>,"time":<time>,"type":"jobs.request-export.v1","data":{"format":"ndjson"}}',
    };
    jest.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
    try {
      await scheduled.types['AWS::Events::Rule']?.apply(
        createResource('AWS::Events::Rule', 'Nightly', {
          ScheduleExpression: 'cron(0 3 * * ? *)',
          State: 'ENABLED',
          Targets: [{ Id: 'Target0', Arn: arn, InputTransformer }],
        }),
        undefined,
      );
      await scheduled.start?.();
      await jest.advanceTimersByTimeAsync(2 * 86_400_000);
      await scheduled.stop?.();
    } finally {
      jest.useRealTimers();
    }
    const sent = {
      specversion: '1.0',
      type: 'jobs.request-export.v1',
      data: { format: 'ndjson' },
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    expect(bodiesOf('nightly')).toEqual(['2026-01-01T03:00:00Z', '2026-01-02T03:00:00Z'].map((time) => ({ ...sent, time })));
  });
});

describe('PutEvents', () => {
  it.each([
    ['a detail that is no JSON', { Detail: '{bad' }, 'MalformedDetail'],
    ['an entry without source', { Source: '' }, 'InvalidArgument'],
    ['a bus that does not exist', { EventBusName: 'nowhere' }, 'ResourceNotFoundException'],
  ])('answers for %s', async (_name, more, code) => {
    expect(await put({}, more)).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: code }] });
  });
});

describe('a platform that stops between two attempts', () => {
  it('goes on with them when it is back', async () => {
    const apply = async (restarted: EventBridgeProvider) =>
      restarted.types['AWS::Events::Rule']?.apply(
        createResource('AWS::Events::Rule', 'Late', {
          EventPattern: { source: ['late'] },
          Targets: [{ Id: 'q', Arn: 'arn:aws:sqs:eu-west-1:222222222222:late' }],
        }),
        undefined,
      );
    const create = (): EventBridgeProvider =>
      createEventBridgeProvider(
        { ...ACCOUNT, stateFolder, log: () => undefined },
        { queues: broker, topics: broker, functions: { invoke: async () => undefined } },
      );
    const before = create();
    await apply(before);
    const Entries = [{ Source: 'late', DetailType: 'x', Detail: '{}' }];
    expect(await before.operations['PutEvents']?.({ Entries }, {})).toMatchObject({ FailedEntryCount: 0 });
    await before.stop?.();
    broker.ensureQueue('late', {});
    const after = create();
    await apply(after);
    await after.start?.();
    await until('the event', () => bodiesOf('late').length > 0);
    expect(bodiesOf('late')).toEqual([expect.objectContaining({ source: 'late' })]);
    await after.stop?.();
  });
});

describe('the control server', () => {
  it('names an operation that does not exist, and answers to localhost only', async () => {
    const url = await client.config.endpoint?.().then(({ port }) => `http://127.0.0.1:${port}`);
    const post = (headers: Readonly<Record<string, string>>) => fetch(String(url), { method: 'POST', headers, body: '{}' });
    expect(await (await post({ 'x-amz-target': 'AWSEvents.Nothing' })).json()).toMatchObject({ __type: 'UnknownOperationException' });
    expect(await (await post({ 'x-amz-target': 'Other.PutEvents' })).json()).toMatchObject({ __type: 'UnknownOperationException' });
    expect((await fetch(String(url), { method: 'POST', headers: { 'x-amz-target': 'AWSEvents.PutEvents' }, body: '[]' })).status).toBe(400);
  });
});

describe('delivery to a target', () => {
  const queueTarget = (more: Partial<Target>): Target => ({
    id: 'q',
    arn: 'arn:aws:sqs:eu-west-1:222222222222:absent',
    input: {},
    maxRetries: 2,
    maxAgeSeconds: 60,
    ...more,
  });

  it('tries again and then gives the event to the dead-letter queue', async () => {
    const sent: [string, Readonly<Record<string, string>> | undefined][] = [];
    let attempts = 0;
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const delivery = createTargetDelivery({
      topics: broker,
      functions: { invoke: async () => undefined },
      queues: {
        queueUrl: () => '',
        send: async (arn, _body, attributes) => {
          if (arn.endsWith('absent')) throw new Error(`there is no such queue ${++attempts}`);
          sent.push([arn, attributes]);
          settle();
        },
      },
      forward: async () => undefined,
      onUndeliverable: () => undefined,
      backoffMs: () => 0,
    });
    await delivery.deliver(queueTarget({ deadLetterArn: 'arn:aws:sqs:eu-west-1:222222222222:dead' }), { source: 'x' }, 'arn:rule');
    await settled;
    await delivery.stop();
    expect([attempts, sent]).toEqual([
      3,
      [
        [
          'arn:aws:sqs:eu-west-1:222222222222:dead',
          expect.objectContaining({ RULE_ARN: 'arn:rule', ERROR_MESSAGE: 'there is no such queue 3' }),
        ],
      ],
    ]);
  });
});
