// Everything that a role of a stage may do: each known action on each resource that is really there, and on one that belongs to somebody else.
import { getEnvironment } from '../../src/environments.ts';
import { isLike, listOf, namesAction, namesResource, parseStatements, type Statement } from '../evaluate-policy.ts';
import { textOf, type Json } from '../template.ts';
import { ACTIONS, type Action } from './actions.ts';
import { composeStrangerArn, type Kind } from './arns.ts';
import { listOf as listOfJson } from './resolve-template.ts';
import { type Place, type StageView } from './stage.ts';

/** Folders of a bucket, by its name; every bucket also has one that nobody is meant to know. */
export type Folders = Readonly<Record<string, readonly string[]>>;
export const ELSEWHERE = 'elsewhere/';

export interface Target {
  readonly kind: Kind;
  readonly name: string;
  /** A log group is meant by two. */
  readonly arns: readonly string[];
}

export interface Powers {
  /** `<action> on <name>`, with ` when <condition>` where the policy has one. */
  readonly may: ReadonlySet<string>;
  /** Patterns of actions that match none that `actions.ts` knows. */
  readonly unknown: readonly string[];
  /** Patterns of actions with a `*`. */
  readonly wildcards: readonly string[];
}

/** What a role may do, by all of its policies. */
export function computePowers(stage: StageView, role: Place, targets: readonly Target[]): Powers {
  const statements = listStatements(stage, role);
  const granted = statements.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => expand(stage, statement, targets));
  const refused = new Set(
    statements.filter(({ Effect, Condition }) => Effect === 'Deny' && !Condition).flatMap((statement) => expand(stage, statement, targets)),
  );
  const patterns = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => listOf(Action));
  return {
    may: new Set(granted.filter((power) => !refused.has(power))),
    unknown: patterns.filter((pattern) => !ACTIONS.some(({ name }) => isLike(pattern.toLowerCase(), name.toLowerCase()))),
    wildcards: patterns.filter((pattern) => pattern.includes('*')),
  };
}

/** Of the role itself, of policies attached to it, and of AWS's that it names. */
function listStatements(stage: StageView, role: Place): readonly Statement[] {
  const own = listOfJson(role.resolved['Policies']).flatMap((policy) =>
    parseStatements(Reflect.get(Object(policy), 'PolicyDocument') as Json),
  );
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => stage.find(type))
    .filter(({ resolved }) => listOfJson(resolved['Roles']).some((name) => stage.findByReference(name)?.arn === role.arn))
    .flatMap(({ resolved }) => parseStatements(resolved['PolicyDocument']));
  const managed = listOfJson(role.resolved['ManagedPolicyArns']).flatMap((arn) => findManaged(textOf(arn)));
  return [...own, ...attached, ...managed];
}

/** AWS's own policies, as AWS publishes them: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AmazonAPIGatewayPushToCloudWatchLogs: [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ],
};

/** @throws Error for a policy of AWS that nobody has read: it may allow anything, and AWS may change it */
function findManaged(arn: string): readonly Statement[] {
  const name = arn.split('/').at(-1) ?? '';
  const actions = MANAGED[name];
  if (!actions) throw new Error(`What ${arn} allows cannot be told: permissions.ts does not list it.`);
  return [{ Effect: 'Allow', Action: actions, Resource: '*' }];
}

function expand(stage: StageView, statement: Statement, targets: readonly Target[]): readonly string[] {
  const condition = statement.Condition ? ` when ${describeCondition(stage, statement.Condition)}` : '';
  const elsewhere = listElsewhere(statement, targets).map((pattern) => stage.describe(pattern));
  return ACTIONS.filter(({ name }) => namesAction(statement, name)).flatMap((action) =>
    [...listNames(statement, action, targets), ...(action.kind === undefined ? [] : elsewhere)].map(
      (name) => `${action.name} on ${name}${condition}`,
    ),
  );
}

/** Patterns that reach nothing of this stage: what they name is in another account, or is made while the system runs. */
function listElsewhere({ Resource }: Statement, targets: readonly Target[]): readonly string[] {
  return listOf(Resource).filter((pattern) => !targets.some(({ arns }) => arns.some((arn) => isLike(pattern, arn))));
}

function listNames(statement: Statement, { kind }: Action, targets: readonly Target[]): readonly string[] {
  if (kind === undefined) return namesResource(statement, 'arn:aws:any:::thing') ? ['anything'] : [];
  const names = targets
    .filter((target) => target.kind === kind && target.arns.some((arn) => namesResource(statement, arn)))
    .map(({ name }) => name);
  // Whoever reaches what belongs to nobody here reaches all of the kind.
  return names.includes(everyOf(kind)) ? [everyOf(kind)] : names;
}

export function everyOf(kind: Kind): string {
  return `every ${kind}`;
}

/** `key is value`, sorted, without the operator where it is plain. */
export function describeCondition(stage: StageView, conditions: NonNullable<Statement['Condition']>): string {
  return Object.entries(conditions)
    .flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, values]) => {
        const verb = /^(StringEquals|ArnEquals|Bool)$/.test(operator) ? 'is' : operator;
        return `${key} ${verb} ${listOf(values)
          .map((value) => stage.describe(String(value)))
          .sort()
          .join(' or ')}`;
      }),
    )
    .sort()
    .join(' and ');
}

/** What there is, and of each kind what belongs to nobody here. */
export function listTargets(stage: StageView, folders: Folders): readonly Target[] {
  const { account, region } = getEnvironment(stage.name);
  const there = stage.places.flatMap((place) => (place.kind === undefined ? [] : [{ ...place, kind: place.kind }]));
  const objects = stage.find('AWS::S3::Bucket').flatMap(({ name, arn }) =>
    [...(folders[name.slice('bucket '.length)] ?? []), ELSEWHERE].map((folder) => ({
      kind: 'object' as const,
      name: `object ${name.slice('bucket '.length)}/${folder}`,
      arns: [`${arn}/${folder}some`],
    })),
  );
  const kinds = new Set(ACTIONS.flatMap(({ kind }) => kind ?? []));
  return [
    ...there.map(({ kind, name, arn }) => ({ kind, name, arns: variantsOf(kind, arn) })),
    ...objects,
    ...[...kinds].map((kind) => ({ kind, name: everyOf(kind), arns: variantsOf(kind, composeStrangerArn(kind, account, region)) })),
  ];
}

function variantsOf(kind: Kind, arn: string): readonly string[] {
  return kind === 'logs' ? [arn.slice(0, -':*'.length), arn.replace(/\*$/, 'log-stream:some')] : [arn];
}
