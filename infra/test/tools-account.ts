// The tools account as its templates make it: pipelines as lists of actions, roles as statements. What only CloudFormation knows becomes the
// name of what it refers to.
import { matchesGlob } from 'node:path';
import { isAllowed, parseStatements, type Statement } from './evaluate-policy.ts';
import type { Found, Synthesized } from './synthesized.ts';
import { textOf, type Json } from './template.ts';

export interface PipelineAction {
  readonly stage: string;
  readonly name: string;
  readonly runOrder: number;
  readonly provider: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly roleArn: string | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface PipelineView {
  /** What is delivered: a service, or `infrastructure`. */
  readonly delivered: string;
  readonly properties: Found['Properties'];
  /** In the order in which they run. */
  readonly actions: readonly PipelineAction[];
  readonly stages: readonly { readonly name: string; readonly onFailure: string | undefined }[];
  readonly includes: readonly string[];
}

export interface RoleView {
  readonly name: string;
  /** Who may take it. */
  readonly trust: readonly Statement[];
  readonly permissions: readonly Statement[];
}

interface RawPipeline {
  readonly Name: string;
  readonly Stages: readonly {
    readonly Name: string;
    readonly OnFailure?: { readonly Result: string };
    readonly Actions: readonly RawAction[];
  }[];
  readonly Triggers?: readonly {
    readonly GitConfiguration: {
      readonly Push: readonly { readonly FilePaths?: { Includes?: readonly string[] } }[];
    };
  }[];
}

interface RawAction {
  readonly Name: string;
  readonly RunOrder?: number;
  readonly RoleArn?: string;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Readonly<Record<string, string>>;
  readonly InputArtifacts?: readonly { readonly Name: string }[];
  readonly OutputArtifacts?: readonly { readonly Name: string }[];
}

export function viewPipeline({ Properties: properties }: Pick<Found, 'Properties'>): PipelineView {
  const raw = parsePipeline(resolve(properties));
  const paths = (raw.Triggers ?? []).flatMap((trigger) => trigger.GitConfiguration.Push.map((push) => push.FilePaths ?? {}));
  return {
    delivered: raw.Name.replace(/^torii-/, ''),
    properties,
    stages: raw.Stages.map((stage) => ({ name: stage.Name, onFailure: stage.OnFailure?.Result })),
    actions: raw.Stages.flatMap((stage) => stage.Actions.map((action) => viewAction(stage.Name, action)).toSorted(byOrder)),
    includes: paths.flatMap(({ Includes: patterns = [] }) => patterns),
  };
}

function viewAction(stage: string, action: RawAction): PipelineAction {
  return {
    stage,
    name: action.Name,
    runOrder: action.RunOrder ?? 1,
    provider: action.ActionTypeId.Provider,
    configuration: action.Configuration,
    roleArn: action.RoleArn,
    inputs: (action.InputArtifacts ?? []).map(({ Name }) => Name),
    outputs: (action.OutputArtifacts ?? []).map(({ Name }) => Name),
  };
}

function byOrder(one: PipelineAction, other: PipelineAction): number {
  return one.runOrder - other.runOrder;
}

/** A push of that one file starts the pipeline: https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html */
export function isStartedBy({ includes }: Pick<PipelineView, 'includes'>, file: string): boolean {
  return includes.some((pattern) => matchesGlob(file, pattern));
}

/** Every role with a name, of any stage. */
export function listRoles(stage: Synthesized): readonly RoleView[] {
  return stage.find('AWS::IAM::Role').flatMap((role) => {
    const name = role.Properties['RoleName'];
    if (typeof name !== 'string') return [];
    const policies = stage
      .find('AWS::IAM::Policy')
      .filter((policy) => policy.stack === role.stack && JSON.stringify(policy.Properties['Roles']).includes(`"${role.logicalId}"`));
    return [
      {
        name,
        trust: statementsOf(role.Properties['AssumeRolePolicyDocument']),
        permissions: policies.flatMap((policy) => statementsOf(policy.Properties['PolicyDocument'])),
      },
    ];
  });
}

export function statementsOf(document: Json | undefined): readonly Statement[] {
  return parseStatements(resolve(document ?? null));
}

export function mayTake(role: Pick<RoleView, 'permissions'>, roleArn: string): boolean {
  return isAllowed(role.permissions, { action: 'sts:AssumeRole', resource: roleArn });
}

/** Literals and what is joined of them; a reference becomes `<its name>`. */
export function resolve(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(resolve);
  const join = value['Fn::Join'];
  if (isList(join)) return parts(join).map(textOf).join(textOf(join[0]));
  if ('Ref' in value) return value['Ref'] === 'AWS::Partition' ? 'aws' : `<${textOf(value['Ref'])}>`;
  const [name] = Object.keys(value);
  if (name === 'Fn::GetAtt' || name === 'Fn::ImportValue') return `<${JSON.stringify(Object.values(value))}>`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}

function parts(join: readonly Json[]): readonly Json[] {
  const list = join[1];
  return list !== undefined && isList(list) ? list.map(resolve) : [];
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function parsePipeline(properties: Json): RawPipeline {
  return JSON.parse(JSON.stringify(properties)) as RawPipeline;
}
