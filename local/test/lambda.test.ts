import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBroker, type Broker } from '../src/fauxqs/broker.ts';
import { logFileOf } from '../src/processes/log-group.ts';
import type { LocalContext, Properties, ResourceHandler, ResourceState } from '../src/provider.ts';
import { createCustomResources } from '../src/providers/custom-resource.ts';
import { createLambda, type Lambda } from '../src/providers/lambda/lambda.ts';
import { createResource, createTrialContext, type TrialContext } from './local-context.ts';
import { until } from './until.ts';

const assets = join(import.meta.dirname, 'fixtures', 'functions');
let trial: TrialContext;
let context: LocalContext;
let broker: Broker;
let lambda: Lambda;

beforeAll(async () => {
  trial = await createTrialContext([]);
  context = { ...trial, findAsset: (key) => (key === 'bundle.zip' ? assets : undefined) };
  broker = await startBroker({ port: 0, region: context.region, accountId: context.accountId });
  lambda = createLambda(context, { queues: broker });
});
afterAll(async () => {
  await lambda.stop?.();
  await broker.stop();
  await trial.cleanUp();
});

const apply = (provider: { readonly types: Readonly<Record<string, ResourceHandler>> }, type: string, id: string, properties: Properties) =>
  provider.types[type]?.apply(createResource(type, id, properties), undefined) ?? Promise.reject(new Error(`no ${type}`));

function createFunction(name: string, more: Properties = {}): Promise<ResourceState> {
  const code = { S3Bucket: 'assets', S3Key: 'bundle.zip' };
  return apply(lambda, 'AWS::Lambda::Function', name, {
    FunctionName: name,
    Code: code,
    Handler: 'index.handler',
    MemorySize: 256,
    Timeout: 5,
    ...more,
  });
}

describe('AWS::Lambda::Function', () => {
  it('gives event, context and environment to the handler, in the same warm sandbox each time', async () => {
    const { attributes } = await createFunction('echo', { Environment: { Variables: { SETTING: 'from the template' } } });
    const first = await lambda.invoke('echo', { a: 1 });
    expect(first).toMatchObject({
      invocations: 1,
      event: { a: 1 },
      setting: 'from the template',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await lambda.invoke(String(attributes['Arn']), {})).toMatchObject({ invocations: 2 });
  });

  it('runs simultaneous invocations in sandboxes of their own', async () => {
    await createFunction('parallel');
    const pids = await Promise.all([1, 2, 3].map(async (n) => (await lambda.invoke('parallel', { n })) as { readonly pid: number }));
    expect(new Set(pids.map(({ pid }) => pid)).size).toBe(3);
  });

  it('answers by callback too', async () => {
    await createFunction('callback', { Handler: 'index.callback' });
    expect(await lambda.invoke('callback', 'x')).toEqual({ echoed: 'x' });
  });

  it('passes on the error of the function', async () => {
    await createFunction('failing');
    await expect(lambda.invoke('failing', { do: 'fail' })).rejects.toMatchObject({ name: 'TypeError', message: 'no such thing' });
  });

  it('kills a function that takes too long, and starts afresh', async () => {
    await createFunction('slow', { Timeout: 1 });
    await expect(lambda.invoke('slow', { do: 'hang' })).rejects.toThrow('Task timed out after 1.00 seconds');
    expect(await lambda.invoke('slow', {})).toMatchObject({ invocations: 1 });
  });

  it('survives a function that exits', async () => {
    await createFunction('exiting');
    await expect(lambda.invoke('exiting', { do: 'exit' })).rejects.toThrow('Runtime exited with error: exit status 3');
    expect(await lambda.invoke('exiting', {})).toMatchObject({ invocations: 1 });
  });

  it('writes what the function prints to the file of its log group', async () => {
    await createFunction('logging', { LoggingConfig: { LogGroup: '/torii/dev/logging' } });
    await lambda.invoke('logging', { do: 'log' });
    const file = logFileOf(context.stateFolder, '/torii/dev/logging');
    await until('the line is in the file', () => readFileSync(file, 'utf8').includes('careful'));
  });

  it('names the asset that the assembly lacks', async () => {
    await expect(createFunction('codeless', { Code: { S3Key: 'other.zip' } })).rejects.toThrow(
      'codeless cannot be run: the cloud assembly has no asset other.zip',
    );
  });
});

describe('AWS::Lambda::EventSourceMapping', () => {
  it('deletes what succeeded and leaves what failed to the visibility timeout', async () => {
    const queue = broker.ensureQueue('work', { VisibilityTimeout: '600' });
    await createFunction('consumer', { Handler: 'index.consume', LoggingConfig: { LogGroup: 'consumer' } });
    const mapping = {
      EventSourceArn: queue.arn,
      FunctionName: 'consumer',
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    };
    await apply(lambda, 'AWS::Lambda::EventSourceMapping', 'Mapping', mapping);
    for (const body of ['good', 'bad', 'good']) await broker.send(queue.arn, body, { type: 'trial' });
    await lambda.start?.();
    await until('one message is left, in flight', () => {
      const summary = broker.listQueues().find(({ name }) => name === 'work');
      return summary?.visible === 0 && summary.inFlight === 1;
    });
    expect(readFileSync(logFileOf(context.stateFolder, 'consumer'), 'utf8')).toContain('["bad","trial"]');
    await broker.send(queue.arn, 'poison');
    await until('the failed batch is in flight as a whole', () => broker.listQueues().find(({ name }) => name === 'work')?.inFlight === 2);
  });
});

describe('Custom::*', () => {
  const type = 'Custom::Thing';
  const properties = (Name: string): Properties => ({ ServiceToken: 'provisioner', Name, Count: 3 });

  beforeAll(() => createFunction('provisioner', { Handler: 'index.provision' }));

  it('creates once, updates when a property changes, and hands over everything as text', async () => {
    const handler = createCustomResources(context, { functions: lambda }).types['Custom::*'];
    const resource = createResource(type, 'Thing', properties('one'));
    const made = await handler?.apply(resource, undefined);
    expect(made).toEqual({ physicalId: 'thing-one', attributes: { Kind: 'Create', Old: '', Count: '3' } });
    const previous = { ...resource, physicalId: 'thing-one', attributes: { Kind: 'unchanged' } };
    expect(await handler?.apply(resource, previous)).toMatchObject({ attributes: { Kind: 'unchanged' } });
    const changed = createResource(type, 'Thing', properties('two'));
    expect(await handler?.apply(changed, previous)).toMatchObject({ physicalId: 'thing-two', attributes: { Kind: 'Update', Old: 'one' } });
  });

  it.each([
    ['refused', 'its function refused to create it: a name like that'],
    ['throws', 'the database is away'],
    ['silent', 'its function returned without answering to ResponseURL'],
  ])('fails when the function %s', async (name, reason) => {
    const custom = createCustomResources(context, { functions: lambda });
    await expect(custom.types['Custom::*']?.apply(createResource(type, 'Thing', properties(name)), undefined)).rejects.toThrow(reason);
  });
});
