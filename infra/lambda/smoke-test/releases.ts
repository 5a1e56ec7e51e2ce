import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

/** The service at ECS. */
export interface EcsService {
  readonly cluster: string;
  readonly service: string;
}

/** ACTIVE is what CodeDeploy has just made; PRIMARY is what serves. */
export type TaskSetStatus = 'ACTIVE' | 'PRIMARY';

const ecs = new ECSClient({});
const ssm = new SSMClient({});

/**
 * The release that a set of tasks runs, as its task definition says; undefined for the bootstrap server, which is no release.
 * @throws Error when the service has no such set
 */
export async function findRelease(where: EcsService, status: TaskSetStatus, abortSignal: AbortSignal): Promise<string | undefined> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: where.cluster, services: [where.service] }), {
    abortSignal,
  });
  const sets = (services[0]?.taskSets ?? []).filter((set) => set.status === status);
  const [newest] = sets.toSorted((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
  if (!newest?.taskDefinition) throw new Error(`No release of ${where.service} can be found: it has no task set that is ${status}.`);
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: newest.taskDefinition }), { abortSignal });
  const app = taskDefinition?.containerDefinitions?.find(({ name }) => name === 'app');
  return app?.environment?.find(({ name }) => name === 'RELEASE')?.value;
}

/** From now on the consumers of this release take messages. */
export async function letConsume(parameter: string, release: string, abortSignal: AbortSignal): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name: parameter, Value: release, Overwrite: true }), { abortSignal });
}
