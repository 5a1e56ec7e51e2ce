import { listAt, listResources, numberAt, textAt, valueAt, type Place, type Resource } from '../../assembly/template.ts';
import { HOURS, type Charge, type Rule, type Surroundings } from './charge.ts';

const MIB_PER_GIB = 1024;
/** CPU units of a task definition for one vCPU. */
const UNITS_PER_VCPU = 1024;
/** GiB of a task's disk that are included. */
const INCLUDED_DISK_GIB = 20;
/** Custom metrics of Container Insights: of a cluster, of a service, of a task family. Not verified; the source is an example at https://aws.amazon.com/cloudwatch/pricing/. */
const INSIGHTS = { cluster: 8, service: 11, family: 6 };

export const COMPUTE_RULES: Readonly<Record<string, Rule>> = {
  'AWS::ECS::Service': chargeService,
  'AWS::ECS::Cluster': chargeCluster,
  'AWS::Lambda::Function': ({ resource }, { usage, shareOf }) => {
    const memoryGiB = (numberAt(resource.properties, 'MemorySize') ?? 128) / MIB_PER_GIB;
    const invocations = usage.invocations * shareOf(resource);
    const architecture = textAt(resource.properties, 'Architectures', 0) ?? 'x86_64';
    return [
      { price: 'lambda.requests', quantity: invocations, because: 'an equal part of all invocations' },
      {
        price: `lambda.${architecture}.duration`,
        quantity: invocations * usage.secondsPerInvocation * memoryGiB,
        because: `${usage.secondsPerInvocation} s with ${memoryGiB * MIB_PER_GIB} MiB`,
      },
    ];
  },
};

function chargeService(place: Place): readonly Charge[] {
  const task = findTaskDefinition(place);
  const tasks = countTasks(place);
  const disk = numberAt(task.properties, 'EphemeralStorage', 'SizeInGiB') ?? INCLUDED_DISK_GIB;
  if (disk > INCLUDED_DISK_GIB)
    throw new Error(`The cost of ${place.logicalId} cannot be estimated: it has ${disk} GiB of disk, and no price says what that costs.`);
  const vcpus = (numberAt(task.properties, 'Cpu') ?? 0) / UNITS_PER_VCPU;
  const memoryGiB = (numberAt(task.properties, 'Memory') ?? 0) / MIB_PER_GIB;
  const isSpot = listAt(place.resource.properties, 'CapacityProviderStrategy').every(
    (strategy) => textAt(strategy, 'CapacityProvider') === 'FARGATE_SPOT',
  );
  const architecture = (textAt(task.properties, 'RuntimePlatform', 'CpuArchitecture') ?? 'X86_64').toLowerCase();
  const price = (what: string): string => `fargate.${architecture}.${isSpot ? 'spot-' : ''}${what}`;
  const because = `${tasks} ${tasks === 1 ? 'task' : 'tasks'}, the least there are`;
  return [
    { price: price('vcpu'), quantity: HOURS * tasks * vcpus, because },
    { price: price('memory'), quantity: HOURS * tasks * memoryGiB, because },
  ];
}

/** The service names its task definition by family, or refers to it. */
function findTaskDefinition({ stack, logicalId, resource }: Place): Resource {
  const wanted = textAt(resource.properties, 'TaskDefinition') ?? textAt(resource.properties, 'TaskDefinition', 'Ref');
  const found = [...stack.resources].find(
    ([id, { type, properties }]) => type === 'AWS::ECS::TaskDefinition' && (id === wanted || textAt(properties, 'Family') === wanted),
  );
  if (!found) throw new Error(`The cost of ${logicalId} cannot be estimated: its stack has no task definition '${wanted}'.`);
  return found[1];
}

/** Auto scaling goes no lower than its minimum. */
function countTasks({ stack, logicalId, resource }: Place): number {
  const targets = listResources([stack]).filter(
    ({ resource: { type, properties } }) =>
      type === 'AWS::ApplicationAutoScaling::ScalableTarget' &&
      JSON.stringify(valueAt(properties, 'ResourceId')).includes(`"${logicalId}"`),
  );
  const least = targets.map((target) => numberAt(target.resource.properties, 'MinCapacity') ?? 0);
  return Math.max(numberAt(resource.properties, 'DesiredCount') ?? 1, ...least);
}

function chargeCluster({ resource }: Place, { usage, find }: Surroundings): readonly Charge[] {
  const settings = listAt(resource.properties, 'ClusterSettings');
  const hasInsights = settings.some(
    (setting) => textAt(setting, 'Name') === 'containerInsights' && textAt(setting, 'Value') !== 'disabled',
  );
  const services = find('AWS::ECS::Service').length;
  const insights = INSIGHTS.cluster + services * (INSIGHTS.service + INSIGHTS.family);
  return [
    ...(hasInsights ? [{ price: 'cloudwatch.metric', quantity: insights, because: `Container Insights of ${services} services` }] : []),
    { price: 'cloudwatch.metric', quantity: usage.embeddedMetrics, because: 'written by the services' },
  ];
}
