import { listAt, textAt, type Place } from '../../assembly/template.ts';
import type { DeliveryUsage } from '../usage.ts';
import type { Charge, Rule, Surroundings } from './charge.ts';

/** Kinds of builds, by what their projects' names end with. */
const BUILDS: readonly (readonly [ending: RegExp, kind: keyof DeliveryUsage['minutes']])[] = [
  [/-test$/, 'test'],
  [/-image$/, 'image'],
  [/-gate$/, 'gate'],
  [/-release-\w+$/, 'release'],
  [/-deploy-\w+$/, 'stacks'],
];

export const DELIVERY_RULES: Readonly<Record<string, Rule>> = {
  'AWS::CodePipeline::Pipeline': chargePipeline,
  'AWS::CodeBuild::Project': chargeProject,
  'AWS::ECR::Repository': ({ logicalId }, surroundings) => {
    const { executions, repositoryGiB } = deliveryOf(logicalId, surroundings);
    return [
      { price: 'ecr.storage', quantity: repositoryGiB, because: 'images that are kept share most of their layers' },
      { price: 'inspector.image', quantity: executions, because: 'each image when it arrives' },
    ];
  },
};

function chargePipeline({ logicalId, resource: { properties } }: Place, surroundings: Surroundings): readonly Charge[] {
  if (textAt(properties, 'PipelineType') !== 'V2')
    throw new Error(`The cost of ${logicalId} cannot be estimated: no price is for its type.`);
  const { executions, minutes } = deliveryOf(logicalId, surroundings);
  const actions = listAt(properties, 'Stages').flatMap((stage) => listAt(stage, 'Actions'));
  const perExecution = actions.reduce<number>((sum, action) => {
    const provider = textAt(action, 'ActionTypeId', 'Provider');
    if (provider === 'CodeDeployToECS') return sum + minutes.blueGreen;
    return sum + (provider === 'CodeBuild' ? minutesOf(textAt(action, 'Configuration', 'ProjectName'), minutes) : 0);
  }, 0);
  return [
    { price: 'codepipeline.minutes', quantity: executions * perExecution, because: `${executions} pushes; waiting for people is free` },
  ];
}

/** An action uses a project once in an execution, but for the gate, which is asked in front of each environment. */
function chargeProject({ logicalId, resource: { properties } }: Place, surroundings: Surroundings): readonly Charge[] {
  const { executions, minutes } = deliveryOf(logicalId, surroundings);
  const name = textAt(properties, 'Name');
  const size = textAt(properties, 'Environment', 'ComputeType') ?? '';
  const type = textAt(properties, 'Environment', 'Type') === 'ARM_CONTAINER' ? 'arm' : 'x86';
  const uses = surroundings
    .find('AWS::CodePipeline::Pipeline')
    .flatMap(({ resource }) => listAt(resource.properties, 'Stages'))
    .flatMap((stage) => listAt(stage, 'Actions'))
    .filter((action) => textAt(action, 'Configuration', 'ProjectName') === name).length;
  const each = minutesOf(name, minutes);
  return [
    {
      price: `codebuild.${type}.${size.split('_').at(-1)?.toLowerCase()}`,
      quantity: executions * uses * each,
      because: `${executions} pushes, builds of ${each} minutes`,
    },
  ];
}

function minutesOf(project: string | undefined, minutes: DeliveryUsage['minutes']): number {
  const kind = BUILDS.find(([ending]) => ending.test(project ?? ''))?.[1];
  if (kind === undefined)
    throw new Error(`The cost of builds of ${project} cannot be estimated: infra/src/cost/usage.ts does not say how long they take.`);
  return minutes[kind];
}

function deliveryOf(logicalId: string, { usage: { delivery } }: Surroundings): DeliveryUsage {
  if (!delivery) throw new Error(`The cost of ${logicalId} cannot be estimated: infra/src/cost/usage.ts assumes no deliveries.`);
  return delivery;
}
