// What releases each service may do: the roles of the stack `deployment`.
import type { ServiceName } from '../../src/services.ts';
import { getTools } from '../../src/tools.ts';
import { can, canWhen, idOf, lambda, type Power, type RoleExpectation } from './powers.ts';

const TOOLS_ACCOUNT = getTools().account;

/** What releases one service: the tools account, CodeDeploy on its behalf, and the function that tries the new tasks. */
export function release(service: ServiceName): Readonly<Record<string, RoleExpectation>> {
  const group = `deployment-group deployment ${idOf(service)}BlueGreenGroup`;
  const application = `deployment-application deployment ${idOf(service)}BlueGreenApplication`;
  const ecsService = `service svc-${service} Service`;
  const passRoles = canWhen(
    'iam:PassedToService is ecs-tasks.amazonaws.com',
    ['iam:PassRole'],
    `role svc-${service} ServiceTaskRole`,
    `role svc-${service} ServiceExecutionRole`,
  );
  const ofTools = `arn:aws:iam::${TOOLS_ACCOUNT}:role/torii-tools-${service}`;
  return {
    [`role deployment ${idOf(service)}SmokeTestFunctionServiceRole`]: lambda(
      `deployment ${idOf(service)}SmokeTestFunctionLogs`,
      can(['codedeploy:PutLifecycleEventHookExecutionStatus'], group),
      can(['ecs:DescribeServices'], ecsService),
      can(['ecs:DescribeTaskDefinition'], 'anything'),
      can(['ssm:PutParameter'], `parameter ${service}/released`),
    ),
    [`role deployment ${idOf(service)}BlueGreenRole`]: {
      trust: 'codedeploy.amazonaws.com',
      may: [
        can(['cloudwatch:DescribeAlarms'], 'every alarm'),
        // Task sets have no names before they exist.
        canWhen(`ecs:service is ${ecsService}`, ['ecs:CreateTaskSet', 'ecs:DeleteTaskSet'], 'every service'),
        can(['ecs:DescribeServices', 'ecs:UpdateServicePrimaryTaskSet'], ecsService),
        can(
          ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTargetGroups'],
          'anything',
        ),
        can(
          ['elasticloadbalancing:ModifyRule'],
          `listener-rule svc-${service} ServiceRule`,
          `listener-rule svc-${service} ServiceTestRule`,
        ),
        can(['lambda:InvokeFunction'], `function deployment ${idOf(service)}SmokeTestFunction`),
        passRoles,
      ],
    },
    [`role deployment ${idOf(service)}ReleaseRole`]: {
      trust: `arn:aws:iam::${TOOLS_ACCOUNT}:root when aws:PrincipalArn is ${ofTools}-pipeline or ${ofTools}-release-<env>`,
      may: [...deploy({ service, group, application }), passRoles, ...(service === 'frontend' ? NO_MIGRATION : migrate(service))],
    },
  };
}

interface ReleaseParts {
  readonly service: ServiceName;
  readonly group: string;
  readonly application: string;
}

function deploy({ service, group, application }: ReleaseParts): readonly Power[] {
  const bucket = `arn:aws:s3:::torii-tools-artifacts-${TOOLS_ACCOUNT}`;
  return [
    can(['codedeploy:CreateDeployment', 'codedeploy:GetDeployment', 'codedeploy:GetDeploymentGroup', 'codedeploy:StopDeployment'], group),
    can(['codedeploy:GetApplication', 'codedeploy:GetApplicationRevision', 'codedeploy:RegisterApplicationRevision'], application),
    can(['codedeploy:GetDeploymentConfig'], 'arn:aws:codedeploy:eu-west-1:<account>:deploymentconfig:CodeDeployDefault.<traffic>'),
    can(['ecs:DescribeTaskDefinition'], 'anything'),
    can(['ecs:RegisterTaskDefinition'], 'every task'),
    canWhen('ecs:CreateAction is RegisterTaskDefinition', ['ecs:TagResource'], `task svc-${service} ServiceTask`),
    can(
      ['ssm:GetParameter', 'ssm:GetParameters'],
      ...['task-definition', 'smoke-test', 'released'].map((parameter) => `parameter ${service}/${parameter}`),
    ),
    can(['s3:GetBucketLocation', 's3:GetBucketVersioning'], bucket),
    can(['s3:GetObject', 's3:GetObjectVersion'], `${bucket}/torii-${service}/*`),
    canWhen(
      'kms:ResourceAliases ForAnyValue:StringEquals alias/torii-tools-artifacts',
      ['kms:Decrypt', 'kms:DescribeKey'],
      `arn:aws:kms:eu-west-1:${TOOLS_ACCOUNT}:key/*`,
    ),
  ];
}

/** The same role asks whether there is a migration, and hears that there is none. */
const NO_MIGRATION: readonly Power[] = [
  can(
    ['ssm:GetParameter', 'ssm:GetParameters'],
    'arn:aws:ssm:eu-west-1:<account>:parameter/torii/<env>/frontend/migrate-task-definition',
    'arn:aws:ssm:eu-west-1:<account>:parameter/torii/<env>/frontend/run-task',
  ),
  canWhen(
    'ecs:CreateAction is RegisterTaskDefinition',
    ['ecs:TagResource'],
    'arn:aws:ecs:eu-west-1:<account>:task-definition/torii-<env>-frontend-migrate:*',
  ),
];

/** The one-off task that changes the schema, before the release. */
function migrate(service: ServiceName): readonly Power[] {
  const inCluster = 'ecs:cluster is cluster platform Cluster';
  return [
    canWhen(inCluster, ['ecs:RunTask'], `task svc-${service} ServiceMigrate`),
    // Running tasks have no names before they run.
    canWhen(inCluster, ['ecs:DescribeTasks', 'ecs:StopTask'], 'every task'),
    canWhen('ecs:CreateAction is RegisterTaskDefinition', ['ecs:TagResource'], `task svc-${service} ServiceMigrate`),
    can(['ssm:GetParameter', 'ssm:GetParameters'], `parameter ${service}/migrate-task-definition`, `parameter ${service}/run-task`),
    can(['logs:FilterLogEvents', 'logs:GetLogEvents'], `logs svc-${service} ServiceLogs`),
  ];
}
