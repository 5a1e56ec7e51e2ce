// A stage as it would be in its account: every resource with a name to read and an ARN, and every property as CloudFormation would resolve it.
import { getEnvironment } from '../../src/environments.ts';
import { textOf, type Json, type Resource, type Template } from '../template.ts';
import { kindOf, type Kind } from './arns.ts';
import { Resolver } from './resolve-template.ts';

export const STAGES = ['dev', 'staging', 'prod'] as const;
export type StageName = (typeof STAGES)[number];

export interface Place extends Resource {
  readonly stack: string;
  readonly logicalId: string;
  /** `<kind> <name>`, the same in every stage: `queue catalog-commands`, `secret data CacheSecret`. */
  readonly name: string;
  readonly kind: Kind | undefined;
  /** As CloudFormation would compose it; ids that AWS makes up are `<stack>-<logical id>`. */
  readonly arn: string;
  /** Properties, resolved. */
  readonly resolved: { readonly [key: string]: Json };
}

export interface StageView {
  readonly name: StageName;
  readonly places: readonly Place[];
  find(type: string): readonly Place[];
  /** The resource that a resolved reference means: its ARN, its name or its id. */
  findByReference(reference: Json | undefined): Place | undefined;
  /** A resource's name for a reference to it; other text without what differs from stage to stage. */
  describe(text: string): string;
}

type Templates = ReadonlyMap<string, Template>;

/** Reads all stacks of a stage. */
export function viewStage(name: StageName, templates: Templates): StageView {
  const resolver = new Resolver(getEnvironment(name), templates);
  const places = [...templates].flatMap(([stack, template]) =>
    Object.entries(template.Resources).map(([logicalId, resource]) => ({
      ...resource,
      stack,
      logicalId,
      name: nameOf(name, stack, logicalId, resource),
      kind: kindOf(resource.Type),
      arn: resolver.arnOf(stack, logicalId),
      resolved: resolver.resolveProperties(resource, stack),
    })),
  );
  const byReference = new Map(
    // What has the reference of another, such as an attachment of a secret, does not take its name.
    [...places]
      .sort((a, b) => Number(a.kind !== undefined) - Number(b.kind !== undefined))
      .flatMap((place) => {
        const reference = resolver.refOf(place.stack, place.logicalId);
        return [[place.arn, place] as const, [textOf(reference), place] as const];
      }),
  );
  return {
    name,
    places,
    find: (type) => places.filter((place) => place.Type === type),
    findByReference: (reference) => byReference.get(textOf(reference)),
    describe: (text) => byReference.get(text)?.name ?? withoutStage(name, text),
  };
}

function withoutStage(stage: StageName, text: string): string {
  return text
    .replaceAll(getEnvironment(stage).account, '<account>')
    .replaceAll(`torii-${stage}`, 'torii-<env>')
    .replaceAll(`/torii/${stage}/`, '/torii/<env>/')
    .replaceAll(`-release-${stage}`, '-release-<env>')
    .replaceAll(/(?<=deploymentconfig:CodeDeployDefault\.)\w+/g, '<traffic>')
    .replaceAll(/(?<=-[A-Za-z]+)[0-9A-F]{8}(?=\/|$)/g, '');
}

/** `torii-dev-svc-catalog` → `svc-catalog`. */
export function partOf(stage: string, stack: string): string {
  return stack.slice(`torii-${stage}-`.length);
}

/** Without what CDK appends: eight characters, and many more to a secret of a database. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}([0-9a-f]{32})?$/, '');
}

function nameOf(stage: StageName, stack: string, logicalId: string, { Type, Properties }: Resource): string {
  const kind = kindOf(Type) ?? Type;
  const given = Properties?.['QueueName'] ?? (Type === 'AWS::SSM::Parameter' ? Properties?.['Name'] : undefined);
  if (typeof given === 'string') return `${kind} ${given.replace(`torii-${stage}-`, '').replace(`/torii/${stage}/`, '')}`;
  // CDK prepends the name of the stage to one logical id.
  return `${kind} ${partOf(stage, stack)} ${withoutHash(logicalId).replace(new RegExp(`^${stage}(?=[A-Z])`), '')}`;
}
