// Least privilege: everything that any role of any environment may do, beside what it should.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PUBLISHERS } from '@torii/contracts';
import { parseStatements } from '../evaluate-policy.ts';
import { getStage } from '../synthesized.ts';
import type { Json, Template } from '../template.ts';
import { addResources, changeResource, type Change } from './change.ts';
import { FOLDERS, ROLES, WILDCARD_ACTIONS } from './expected-permissions.ts';
import { computePowers, describeCondition, listTargets, type Target } from './permissions.ts';
import { listOf } from './resolve-template.ts';
import { STAGES, viewStage, type Place, type StageName, type StageView } from './stage.ts';

const SYNTHESIS_TIMEOUT_MS = 240_000;

let views: Readonly<Record<StageName, StageView>>;
beforeAll(() => {
  views = { dev: view('dev'), staging: view('staging'), prod: view('prod') };
}, SYNTHESIS_TIMEOUT_MS);

function view(stage: StageName): StageView {
  return viewStage(stage, getStage(stage).templates);
}

/** Every way in which a stage is not as the table says: `<role> may <action> on <resource>`, or may not and should. */
function listFaults(stage: StageView): readonly string[] {
  const roles = stage.find('AWS::IAM::Role');
  const targets = listTargets(stage, FOLDERS);
  const expected = Object.entries(ROLES).filter(([, { stages }]) => stages?.includes(stage.name) ?? true);
  return [
    ...roles.flatMap((role) => listFaultsOf(stage, role, targets)),
    ...expected
      .filter(([name]) => !roles.some((role) => role.name === name))
      .map(([name]) => `${name} does not exist, and the table has it`),
  ];
}

function listFaultsOf(stage: StageView, role: Place, targets: readonly Target[]): readonly string[] {
  const expectation = ROLES[role.name];
  if (!expectation) return [`${role.name} is not in the table`];
  const { may, unknown, wildcards } = computePowers(stage, role, targets);
  const meant = new Set(
    expectation.may.flatMap(({ actions, on, when }) =>
      actions.flatMap((action) => on.map((name) => `${action} on ${name}${when === undefined ? '' : ` when ${when}`}`)),
    ),
  );
  return [
    ...[...may].filter((power) => !meant.has(power)).map((power) => `${role.name} may ${power}`),
    ...[...meant].filter((power) => !may.has(power)).map((power) => `${role.name} may not ${power}`),
    ...unknown.map((pattern) => `${role.name} may ${pattern}, which actions.ts does not know`),
    ...wildcards
      .filter((pattern) => WILDCARD_ACTIONS[pattern] === undefined)
      .map((pattern) => `${role.name} may ${pattern}, a wildcard without a reason`),
    ...(trustOf(stage, role) === expectation.trust ? [] : [`${role.name} is for ${trustOf(stage, role)}, not for ${expectation.trust}`]),
  ];
}

/** Who becomes the role, and on what condition. */
function trustOf(stage: StageView, role: Place): string {
  return parseStatements(role.resolved['AssumeRolePolicyDocument'])
    .map(
      ({ Principal, Condition }) =>
        `${Object.values(Principal ?? {}).join()}${Condition ? ` when ${describeCondition(stage, Condition)}` : ''}`,
    )
    .join(', ');
}

describe.each(STAGES)('roles of %s', (stage) => {
  it('may do what the table says, and nothing else', () => {
    expect(listFaults(views[stage])).toEqual([]);
  });

  it('belong to nobody but who should have them: no user, no group, no role that anybody may become', () => {
    expect(['AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::AccessKey'].flatMap((type) => views[stage].find(type))).toEqual([]);
  });
});

describe('a hole', () => {
  /** The faults of dev after a change of one resource. */
  const change = (stack: string, logicalId: RegExp, properties: Change): readonly string[] =>
    listNew(changeResource(getStage('dev').templates, { stack, logicalId, properties }));
  /** Without what is wrong already. */
  const listNew = (templates: ReadonlyMap<string, Template>): readonly string[] => {
    known ??= new Set(listFaults(views.dev));
    return listFaults(viewStage('dev', templates)).filter((fault) => !known?.has(fault));
  };
  let known: ReadonlySet<string> | undefined;

  /** One statement more, in the policy of the tasks of catalog. */
  function permit(statement: { readonly [key: string]: Json }): readonly string[] {
    return change('torii-dev-svc-catalog', /^ServiceTaskRoleDefaultPolicy/, (before) => ({
      ...before,
      PolicyDocument: {
        Statement: [...listOf(Reflect.get(Object(before['PolicyDocument']), 'Statement') as Json), { Effect: 'Allow', ...statement }],
      },
    }));
  }

  it('to the secret of another service is found', () => {
    const { Outputs = {} } = getStage('dev').templates.get('torii-dev-data') ?? { Resources: {} };
    const exported = Object.values(Outputs).find(({ Value }) => JSON.stringify(Value).includes('Schemasjobssecret'))?.Export?.Name ?? '';
    expect(permit({ Action: 'secretsmanager:GetSecretValue', Resource: { 'Fn::ImportValue': exported } })).toEqual([
      'role svc-catalog ServiceTaskRole may secretsmanager:GetSecretValue on secret data Schemasjobssecret',
    ]);
  });

  it('by a wildcard in the action is found, for every action it stands for', () => {
    const queue = 'arn:aws:sqs:eu-west-1:222222222222:torii-dev-catalog-commands';
    const faults = permit({ Action: 'sqs:*', Resource: queue });
    expect(faults).toContain('role svc-catalog ServiceTaskRole may sqs:PurgeQueue on queue catalog-commands');
    expect(faults).toContain('role svc-catalog ServiceTaskRole may sqs:*, a wildcard without a reason');
  });

  it('by a wildcard in the resource is found', () => {
    expect(permit({ Action: 'sqs:SendMessage', Resource: '*' })).toEqual([
      'role svc-catalog ServiceTaskRole may sqs:SendMessage on every queue',
    ]);
    expect(permit({ Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:*:*:torii-dev-jobs-c*' })).toEqual([
      'role svc-catalog ServiceTaskRole may sqs:SendMessage on queue jobs-commands-dlq',
      'role svc-catalog ServiceTaskRole may sqs:SendMessage on queue jobs-commands',
    ]);
  });

  it('by everything but something is found', () => {
    expect(permit({ NotAction: 'iam:*', Resource: 'arn:aws:sqs:eu-west-1:222222222222:torii-dev-jobs-events' })).toContain(
      'role svc-catalog ServiceTaskRole may sqs:ReceiveMessage on queue jobs-events',
    );
  });

  it('to a folder of another service is found', () => {
    const folder = { 'Fn::Join': ['', [{ 'Fn::ImportValue': messagesBucketExport() }, '/claims/*']] };
    const others = PUBLISHERS.filter((name) => name !== 'catalog');
    expect(permit({ Action: 's3:PutObject', Resource: folder })).toEqual(
      others.map((name) => `role svc-catalog ServiceTaskRole may s3:PutObject on object messaging Messages/claims/${name}/`),
    );
  });

  it('by an action that nobody has thought of is found', () => {
    expect(permit({ Action: 'bedrock:InvokeModel', Resource: '*' })).toEqual([
      'role svc-catalog ServiceTaskRole may bedrock:InvokeModel, which actions.ts does not know',
    ]);
  });

  it('by a policy inside the role, or by one of AWS, is found', () => {
    const inline = { PolicyName: 'more', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } };
    const role = /^ServiceTaskRole[0-9A-F]{8}$/;
    expect(change('torii-dev-svc-frontend', role, (before) => ({ ...before, Policies: [inline] }))).toEqual([
      'role svc-frontend ServiceTaskRole may kms:Decrypt on every key',
    ]);
    const managed = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
    expect(() => change('torii-dev-svc-frontend', role, (before) => ({ ...before, ...managed }))).toThrow(
      'AdministratorAccess allows cannot be told',
    );
  });

  it('by which somebody else becomes the role is found', () => {
    const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } };
    const trust = { AssumeRolePolicyDocument: { Statement: [statement] } };
    expect(change('torii-dev-svc-frontend', /^ServiceTaskRole[0-9A-F]{8}$/, (before) => ({ ...before, ...trust }))).toEqual([
      'role svc-frontend ServiceTaskRole is for *, not for ecs-tasks.amazonaws.com',
    ]);
  });

  it('by a role that nobody has announced is found', () => {
    const Surprise = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
    const templates = addResources(getStage('dev').templates, 'torii-dev-svc-catalog', { Surprise });
    expect(listNew(templates)).toEqual(['role svc-catalog Surprise is not in the table']);
  });

  it('on the other side, a right that is gone, is found too', () => {
    expect(change('torii-dev-svc-catalog', /^ServiceTaskRoleDefaultPolicy/, (before) => ({ ...before, Roles: [] }))).toContain(
      'role svc-catalog ServiceTaskRole may not sqs:ReceiveMessage on queue catalog-events',
    );
  });
});

function messagesBucketExport(): Json {
  const { Outputs = {} } = getStage('dev').templates.get('torii-dev-messaging') ?? { Resources: {} };
  return Object.values(Outputs).find(({ Value }) => JSON.stringify(Value).includes('"Messages804FA4EB","Arn"'))?.Export?.Name ?? '';
}
