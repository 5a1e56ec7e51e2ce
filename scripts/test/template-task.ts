// Task definitions of the synthesized stage, as DescribeTaskDefinition would answer once they are deployed.
import { getStage } from '../../infra/test/synthesized.ts';
import type { Json } from '../../infra/test/template.ts';

type Fields = { readonly [key: string]: Json };

/** Keys of maps are the user's own words, and stay as they are. */
const MAPS: ReadonlySet<string> = new Set(['Options', 'DockerLabels']);

/** What RegisterTaskDefinition was given for it, were CloudFormation a client of ECS. */
export function readTask(stage: string, family: string): Fields {
  const task = getStage(stage)
    .find('AWS::ECS::TaskDefinition')
    .find(({ Properties }) => Properties['Family'] === family);
  if (task === undefined) throw new Error(`${family} is not in the stage ${stage}.`);
  return toApi(task.Properties) as Fields;
}

/** ECS adds what only it knows. */
export function describeTask(stage: string, family: string): Fields {
  const { tags = [], ...task } = readTask(stage, family);
  return {
    taskDefinition: {
      ...task,
      taskDefinitionArn: `arn:aws:ecs:eu-west-1:222222222222:task-definition/${family}:7`,
      revision: 7,
      status: 'ACTIVE',
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.task-iam-role' }],
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: 1_790_000_000,
      registeredBy: 'arn:aws:sts::222222222222:assumed-role/cdk-exec/AWSCloudFormation',
      enableFaultInjection: false,
    },
    tags: [...(tags as readonly Json[]), { key: 'aws:cloudformation:stack-name', value: 'torii' }],
  };
}

/** Property names as the API writes them; what CloudFormation would resolve is any text. */
function toApi(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => toApi(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Fields);
  if (entries.length === 1 && /^(Ref$|Fn::)/.test(entries[0]?.[0] ?? '')) return JSON.stringify(value);
  return Object.fromEntries(entries.map(([key, inner]) => [lower(key), MAPS.has(key) ? resolveAll(inner) : toApi(inner)]));
}

function resolveAll(map: Json): Json {
  return Object.fromEntries(
    Object.entries(map as Fields).map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}

function lower(key: string): string {
  return `${key.slice(0, 1).toLowerCase()}${key.slice(1)}`;
}
