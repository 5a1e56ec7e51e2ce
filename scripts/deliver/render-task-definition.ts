// The task definition that is released: the one of the template, with this release's image in place of the bootstrap server.
import type {
  ContainerDefinition,
  DescribeTaskDefinitionCommandOutput,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { APP_CONTAINER } from './app-container.ts';
import { DeliveryError } from './delivery-error.ts';

/**
 * Fields that a registration takes. DescribeTaskDefinition adds others (revision, status, registeredAt …), and both ECS and CodePipeline refuse
 * a task definition that has them. `enableFaultInjection` is left out too: ECS answers `false` where nobody set it, and Torii never does.
 */
const REGISTERED = [
  'family',
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'containerDefinitions',
  'volumes',
  'placementConstraints',
  'requiresCompatibilities',
  'cpu',
  'memory',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'ephemeralStorage',
  'runtimePlatform',
] as const satisfies readonly (keyof TaskDefinition & keyof RegisterTaskDefinitionCommandInput)[];
/** Tags that CloudFormation put there; only AWS may. */
const RESERVED_TAG = /^aws:/i;

/** What takes the bootstrap server's place. */
export interface Release {
  /** By digest. */
  readonly imageUri: string;
  /** The commit. The smoke test reads it from the task definition, to know whom it has to expect. */
  readonly revision: string;
}

export type DescribedTask = Pick<DescribeTaskDefinitionCommandOutput, 'taskDefinition' | 'tags'>;

/**
 * @param described as DescribeTaskDefinition answers, with tags
 * @throws DeliveryError when there is no container to give the image to
 */
export function renderTaskDefinition(described: DescribedTask, release: Release): RegisterTaskDefinitionCommandInput {
  const { taskDefinition = {} } = described;
  const name = `${taskDefinition.family ?? 'The task definition'}:${taskDefinition.revision ?? '?'}`;
  if (!release.imageUri.includes('@sha256:'))
    throw new DeliveryError(
      `${name} cannot be rendered: the image ${release.imageUri} has no digest, so it could be another one tomorrow.`,
    );
  const containers = taskDefinition.containerDefinitions ?? [];
  if (!containers.some((container) => container.name === APP_CONTAINER))
    throw new DeliveryError(
      `${name} cannot be rendered: it has no container "${APP_CONTAINER}", only ${containers.map((container) => container.name).join(', ') || 'none'}.`,
    );
  const fields = Object.fromEntries(REGISTERED.map((field) => [field, taskDefinition[field]]).filter(([, value]) => value !== undefined));
  const tags = (described.tags ?? []).filter(({ key = '' }) => !RESERVED_TAG.test(key));
  return {
    ...fields,
    family: taskDefinition.family,
    containerDefinitions: containers.map((container) => (container.name === APP_CONTAINER ? renderApp(container, release) : container)),
    // ECS refuses an empty list.
    ...(tags.length > 0 && { tags }),
  };
}

/** The entry point is the bootstrap server, which the command would be an argument of. Everything else is the template's. */
function renderApp({ entryPoint: _bootstrap, ...container }: ContainerDefinition, { imageUri, revision }: Release): ContainerDefinition {
  const others = (container.environment ?? []).filter(({ name }) => name !== 'RELEASE');
  return { ...container, image: imageUri, environment: [...others, { name: 'RELEASE', value: revision }] };
}
