// Who may do what where. People have no users of their own: they sign in by Identity Center and take one of these roles for some hours.
import type { AccountName, GroupName } from '../organization.ts';

export interface PermissionSet {
  /** What people choose from when they sign in. */
  readonly name: string;
  readonly description: string;
  /** AWS's own policies, by name. */
  readonly managedPolicies: readonly string[];
  /** What is added to, or taken from, those. */
  readonly statements: readonly PermissionStatement[];
  /** ISO 8601. The more a role may do, the shorter. */
  readonly session: string;
}

export interface PermissionStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface Assignment {
  readonly group: GroupName;
  readonly permissionSet: PermissionSet;
  readonly accounts: readonly (AccountName | 'management')[];
}

/** AWS's ReadOnlyAccess also reads what users have stored. */
const NO_USER_DATA: PermissionStatement = {
  Sid: 'NoUserData',
  Effect: 'Deny',
  Action: [
    'athena:GetQueryResults',
    'cognito-idp:AdminGetUser',
    'cognito-idp:ListUsers',
    'kms:Decrypt',
    'logs:Unmask',
    's3:GetObject',
    's3:GetObjectVersion',
    'secretsmanager:GetSecretValue',
    'sqs:ReceiveMessage',
  ],
  Resource: '*',
};

/** What the articles of docs/runbook.md ask for. Rotating secrets is an administrator's. */
const RUNBOOK: readonly PermissionStatement[] = [
  {
    Sid: 'DeadLettersAndReplay',
    Effect: 'Allow',
    Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
    Resource: 'arn:aws:sqs:*:*:torii-*',
  },
  {
    Sid: 'Archive',
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: ['arn:aws:s3:::torii-*/archive/*', 'arn:aws:s3:::torii-*/claims/*'],
  },
  {
    Sid: 'KeysOfQueuesAndArchive',
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringLike: { 'kms:ViaService': ['sqs.*.amazonaws.com', 's3.*.amazonaws.com'] } },
  },
  { Sid: 'Services', Effect: 'Allow', Action: ['ecs:UpdateService', 'ecs:StopTask', 'codedeploy:StopDeployment'], Resource: '*' },
  { Sid: 'EventSources', Effect: 'Allow', Action: ['lambda:UpdateEventSourceMapping'], Resource: '*' },
  { Sid: 'Alarms', Effect: 'Allow', Action: ['cloudwatch:DisableAlarmActions', 'cloudwatch:EnableAlarmActions'], Resource: '*' },
  { Sid: 'NoSecrets', Effect: 'Deny', Action: ['logs:Unmask', 'secretsmanager:GetSecretValue'], Resource: '*' },
];

const ADMINISTRATOR: PermissionSet = {
  name: 'Administrator',
  description: 'Everything; for what no pipeline does',
  managedPolicies: ['AdministratorAccess'],
  statements: [],
  session: 'PT1H',
};
const DEVELOPER: PermissionSet = {
  name: 'Developer',
  description: 'Everything but people and their permissions',
  managedPolicies: ['PowerUserAccess'],
  statements: [],
  session: 'PT8H',
};
const READER: PermissionSet = {
  name: 'Reader',
  description: 'Looks at everything but the data of users',
  managedPolicies: ['ReadOnlyAccess'],
  statements: [NO_USER_DATA],
  session: 'PT8H',
};
const ON_CALL: PermissionSet = {
  name: 'OnCall',
  description: 'What the runbook asks for',
  managedPolicies: ['ReadOnlyAccess'],
  statements: RUNBOOK,
  session: 'PT4H',
};

export const PERMISSION_SETS: readonly PermissionSet[] = [ADMINISTRATOR, DEVELOPER, READER, ON_CALL];

export const ASSIGNMENTS: readonly Assignment[] = [
  { group: 'administrators', permissionSet: ADMINISTRATOR, accounts: ['management', 'log-archive', 'tools', 'dev', 'staging', 'prod'] },
  { group: 'developers', permissionSet: DEVELOPER, accounts: ['dev'] },
  { group: 'developers', permissionSet: READER, accounts: ['tools', 'staging', 'prod'] },
  { group: 'on-call', permissionSet: ON_CALL, accounts: ['staging', 'prod'] },
];
