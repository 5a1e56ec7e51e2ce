import { openLogGroup } from '../../processes/log-group.ts';
import type { LocalProcess } from '../../processes/local-process.ts';
import type { FunctionInvoker, LocalContext, Properties, Provider, QueueAccess, Resource, ResourceState } from '../../provider.ts';
import { flagOf, numberOf, recordOf, requiredText, textsOf } from '../../read-value.ts';
import { createEventSource, type EventSource } from './event-source.ts';
import { defineFunction } from './function-definition.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { createQueueClient } from './queue-client.ts';

/** Lambda's own default, where a template says nothing. */
const DEFAULT_BATCH_SIZE = 10;
/** Of the 8 s a provider has to stop, what running invocations get; the rest is for giving messages back. */
const STOP_GRACE_MS = 2_000;

export interface LambdaDependencies {
  readonly queues: QueueAccess;
}

export interface Lambda extends Provider, FunctionInvoker {
  listProcesses(): readonly LocalProcess[];
}

/** Functions run from their bundled asset, each sandbox a child process. They can be invoked as soon as they are applied. */
export function createLambda(context: LocalContext, { queues }: LambdaDependencies): Lambda {
  const pools = new Map<string, FunctionPool>();
  const processes = new Map<string, LocalProcess>();
  const mappings: Resource[] = [];
  const sources: EventSource[] = [];

  const findPool = (nameOrArn: string): FunctionPool => {
    const name = functionNameOf(nameOrArn);
    const pool = pools.get(name);
    if (pool === undefined) throw new Error(`${name} cannot be invoked: no template has such a function`);
    return pool;
  };
  const applyFunction = async (resource: Resource): Promise<ResourceState> => {
    const { definition, localProcess } = defineFunction(resource, context);
    await pools.get(definition.name)?.close();
    pools.set(definition.name, createFunctionPool(definition, openLogGroup(context, definition.logGroupName)));
    processes.set(definition.name, localProcess);
    return { physicalId: definition.name, attributes: { Arn: definition.arn } };
  };
  return {
    types: {
      'AWS::Lambda::Function': { replacedBy: ['FunctionName'], apply: applyFunction },
      'AWS::Lambda::EventSourceMapping': {
        replacedBy: ['EventSourceArn'],
        apply: async (resource) => {
          assertQueue(resource.properties);
          mappings.push(resource);
          return { physicalId: resource.generatedName, attributes: { Id: resource.generatedName } };
        },
      },
      'AWS::Lambda::Version': {
        apply: async ({ properties }) => {
          const arn = `${findPool(requiredText(properties, 'FunctionName')).definition.arn}:1`;
          return { physicalId: arn, attributes: { Version: '1', FunctionArn: arn } };
        },
      },
      'AWS::Lambda::Alias': {
        apply: async ({ properties }) => {
          const arn = `${findPool(requiredText(properties, 'FunctionName')).definition.arn}:${requiredText(properties, 'Name')}`;
          return { physicalId: arn, attributes: { AliasArn: arn } };
        },
      },
      // An event that a function fails with is not invoked again by its sender here.
      'AWS::Lambda::EventInvokeConfig': { apply: async ({ generatedName }) => ({ physicalId: generatedName, attributes: {} }) },
    },
    invoke: (nameOrArn, payload) => findPool(nameOrArn).invoke(payload),
    listProcesses: () => [...processes.values()],
    start: async () => {
      sources.push(
        ...mappings
          .filter(({ properties }) => flagOf(properties['Enabled']) !== false)
          .map(({ properties }) => createSource(properties, findPool, { context, queues })),
      );
      for (const source of sources) source.start();
    },
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop(STOP_GRACE_MS)));
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** `name`, `name:alias`, or an ARN with or without a version or alias. */
function functionNameOf(nameOrArn: string): string {
  const [, name] = /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?([^:]+)(?::[^:]+)?$/.exec(nameOrArn) ?? [];
  return name ?? nameOrArn;
}

function assertQueue(properties: Properties): void {
  const arn = requiredText(properties, 'EventSourceArn');
  if (!arn.startsWith('arn:aws:sqs:')) throw new Error(`${arn} cannot feed a function here: only SQS queues do`);
  if (properties['FilterCriteria'] !== undefined)
    throw new Error(`The filter of ${arn} cannot be applied: filters of event sources do not exist here`);
}

interface Surroundings extends LambdaDependencies {
  readonly context: LocalContext;
}

function createSource(properties: Properties, findPool: (name: string) => FunctionPool, { context, queues }: Surroundings): EventSource {
  const { definition, invoke } = findPool(requiredText(properties, 'FunctionName'));
  const queueArn = requiredText(properties, 'EventSourceArn');
  const wantedConcurrency = numberOf(recordOf(properties['ScalingConfig'])['MaximumConcurrency']) ?? definition.concurrency;
  return createEventSource({
    queueArn,
    functionName: definition.name,
    region: context.region,
    batchSize: numberOf(properties['BatchSize']) ?? DEFAULT_BATCH_SIZE,
    windowSeconds: numberOf(properties['MaximumBatchingWindowInSeconds']) ?? 0,
    maxConcurrency: Math.min(wantedConcurrency, definition.concurrency),
    reportsItemFailures: textsOf(properties['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
    queue: createQueueClient(queues.queueUrl(queueArn), context.region),
    invoke,
    log: context.log,
  });
}
