import { isDeepStrictEqual } from 'node:util';
import type { LocalProcess } from '../../processes/local-process.ts';
import type { AppliedResource, LocalContext, Provider, Resource, ResourceState, TargetDirectory } from '../../provider.ts';
import { numberOf, recordsOf, requiredText, textOf } from '../../read-value.ts';
import { createLocalService, type LocalService } from './local-service.ts';
import { readTaskDefinition, type TaskDefinition, type ValueReaders } from './task-definition.ts';

/** Service tasks listen from here above the platform's first port. */
const FIRST_TASK_PORT_OFFSET = 20;
/** A target group's own default is `/`; this is for services without one. */
const DEFAULT_HEALTH_PATH = '/healthz';

export interface EcsDependencies extends ValueReaders {
  /** Restart a service when its source, or that of a workspace package it depends on, changes. */
  readonly watch: boolean;
  /** Health check path of a target group of the templates. */
  readonly findHealthPath: (targetGroupArn: string) => string | undefined;
}

export interface LocalTask {
  readonly family: string;
  /** Absent between the end of one process and the start of the next. */
  readonly pid: number | undefined;
  /** Absent while it is not healthy. */
  readonly port: number | undefined;
}

export interface Ecs extends Provider, TargetDirectory {
  listProcesses(): readonly LocalProcess[];
  listTasks(): readonly LocalTask[];
}

/** Services are child processes made from their task definitions; after `start` each is healthy. */
export function createEcs(context: LocalContext, dependencies: EcsDependencies): Ecs {
  const definitions = new Map<string, TaskDefinition>();
  const declared: Resource[] = [];
  const services: LocalService[] = [];

  return {
    types: {
      'AWS::ECS::Cluster': { apply: async (resource) => describeCluster(resource, context) },
      'AWS::ECS::TaskDefinition': {
        apply: async (resource, previous) => {
          const arn = revise(resource, previous, context);
          const definition = readTaskDefinition(resource.properties, arn);
          definitions.set(definition.family, definition);
          return { physicalId: arn, attributes: { TaskDefinitionArn: arn } };
        },
      },
      'AWS::ECS::Service': {
        apply: async (resource) => {
          declared.push(resource);
          const name = textOf(resource.properties['ServiceName']) ?? resource.generatedName;
          const arn = `arn:aws:ecs:${context.region}:${context.accountId}:service/${name}`;
          return { physicalId: arn, attributes: { Name: name, ServiceArn: arn } };
        },
      },
    },
    start: async () => {
      services.push(...createServices(declared, definitions, { context, dependencies }));
      throwFailures(await Promise.allSettled(services.map((service) => service.start())));
      if (dependencies.watch) for (const service of services) service.watch();
    },
    stop: async () => void (await Promise.all(services.splice(0).map((service) => service.stop()))),
    listTargets: (targetGroupArn) => {
      const copies = services.filter((service) => service.targetGroupArns.includes(targetGroupArn)).flatMap((service) => service.copies);
      return copies.flatMap((copy) => {
        const port = copy.port();
        return port === undefined ? [] : [{ host: '127.0.0.1', port }];
      });
    },
    listProcesses: () => services.flatMap((service) => service.describe()),
    listTasks: () => services.flatMap(({ family, copies }) => copies.map((copy) => ({ family, pid: copy.pid(), port: copy.port() }))),
  };
}

interface Surroundings {
  readonly context: LocalContext;
  readonly dependencies: EcsDependencies;
}

function createServices(
  declared: readonly Resource[],
  definitions: ReadonlyMap<string, TaskDefinition>,
  { context, dependencies }: Surroundings,
): readonly LocalService[] {
  let nextPort = context.ports.web + FIRST_TASK_PORT_OFFSET;
  return declared.map(({ properties }) => {
    const task = findDefinition(definitions, requiredText(properties, 'TaskDefinition'));
    const targetGroupArns = recordsOf(properties['LoadBalancers']).map((entry) => requiredText(entry, 'TargetGroupArn'));
    const healthPath = targetGroupArns.map((arn) => dependencies.findHealthPath(arn)).find((path) => path !== undefined);
    const preferredPorts = Array.from({ length: numberOf(properties['DesiredCount']) ?? 1 }, () => {
      nextPort += 1;
      return nextPort - 1;
    });
    return createLocalService({
      context,
      readers: dependencies,
      task,
      migration: definitions.get(`${task.family}-migrate`),
      targetGroupArns,
      healthPath: healthPath ?? DEFAULT_HEALTH_PATH,
      preferredPorts,
    });
  });
}

function findDefinition(definitions: ReadonlyMap<string, TaskDefinition>, arnOrFamily: string): TaskDefinition {
  const found = [...definitions.values()].find(({ arn, family }) => arn === arnOrFamily || family === arnOrFamily);
  if (found === undefined) throw new Error(`A service cannot be started: no template has its task definition ${arnOrFamily}`);
  return found;
}

/** A changed task definition is another revision. */
function revise({ properties }: Resource, previous: AppliedResource | undefined, context: LocalContext): string {
  const before = Number(/:(\d+)$/.exec(previous?.physicalId ?? '')?.[1] ?? 0);
  const isSame = previous !== undefined && isDeepStrictEqual(previous.properties, properties);
  return `arn:aws:ecs:${context.region}:${context.accountId}:task-definition/${requiredText(properties, 'Family')}:${isSame ? before : before + 1}`;
}

function describeCluster({ properties, generatedName }: Resource, context: LocalContext): ResourceState {
  const name = textOf(properties['ClusterName']) ?? generatedName;
  return { physicalId: name, attributes: { Arn: `arn:aws:ecs:${context.region}:${context.accountId}:cluster/${name}` } };
}

/** @throws Error with every failure, because the second mistake is as interesting as the first. */
function throwFailures(outcomes: readonly PromiseSettledResult<void>[]): void {
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failures.length === 0) return;
  throw new Error(failures.map((failure) => (failure instanceof Error ? failure.message : String(failure))).join('\n'));
}
