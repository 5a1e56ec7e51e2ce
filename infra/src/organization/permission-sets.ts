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
  readonly Resource?: string | readonly string[];
  /** In place of `Resource`: everything but these. */
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface Assignment {
  readonly group: GroupName;
  readonly permissionSet: PermissionSet;
  readonly accounts: readonly (AccountName | 'management')[];
}

/** What reads people's data, or the key to it, and what no article of the runbook needs. AWS's ReadOnlyAccess allows most of it. */
const USER_DATA_READS = [
  'cognito-idp:AdminGetUser',
  'cognito-idp:ListUsers',
  'cognito-idp:ListUsersInGroup',
  'logs:Unmask',
  'secretsmanager:GetSecretValue',
] as const;

const NO_USER_DATA: PermissionStatement = {
  Sid: 'NoUserData',
  Effect: 'Deny',
  Action: [...USER_DATA_READS, 'athena:GetQueryResults', 'kms:Decrypt', 's3:GetObject*', 'sqs:ReceiveMessage'],
  Resource: '*',
};

/** Objects that operators' tools read: archived events, and the data of large messages. */
const MESSAGES = ['arn:aws:s3:::torii-*/archive/*', 'arn:aws:s3:::torii-*/claims/*'] as const;

/** Where `npm run logs` asks: lines that were masked before they came there, with pseudonyms for people. */
const LOG_QUERIES = 'arn:aws:athena:*:*:workgroup/torii-*';
/** Athena reads and writes these on behalf of whoever asks. */
const LOG_RESULTS = 'arn:aws:s3:::torii-*-log-lake-*/results/*';
const LOG_LAKE = ['arn:aws:s3:::torii-*-log-lake-*/logs/*', LOG_RESULTS] as const;

/** What the articles of docs/runbook.md ask for. Rotating secrets is an administrator's. */
const RUNBOOK: readonly PermissionStatement[] = [
  {
    Sid: 'DeadLettersAndReplay',
    Effect: 'Allow',
    // No sqs:PurgeQueue, which empties a queue without looking: `npm run dlq -- purge` deletes what was chosen, and saves it before.
    Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
    Resource: 'arn:aws:sqs:*:*:torii-*',
  },
  {
    Sid: 'Archive',
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: MESSAGES,
  },
  {
    Sid: 'LogQueries',
    Effect: 'Allow',
    Action: ['athena:StartQueryExecution', 'athena:StopQueryExecution', 'athena:GetQueryResults'],
    Resource: LOG_QUERIES,
  },
  { Sid: 'LogLake', Effect: 'Allow', Action: ['s3:GetObject'], Resource: LOG_LAKE },
  { Sid: 'LogAnswers', Effect: 'Allow', Action: ['s3:PutObject'], Resource: LOG_RESULTS },
  {
    Sid: 'KeysOfQueuesAndArchive',
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringLike: { 'kms:ViaService': ['sqs.*.amazonaws.com', 's3.*.amazonaws.com'] } },
  },
  { Sid: 'Services', Effect: 'Allow', Action: ['ecs:UpdateService', 'ecs:StopTask', 'codedeploy:StopDeployment'], Resource: '*' },
  { Sid: 'MoreTasks', Effect: 'Allow', Action: ['application-autoscaling:RegisterScalableTarget'], Resource: '*' },
  // As CloudFormation names them. No rds:ModifyDBInstance: it changes the administrator's password too.
  { Sid: 'Replicas', Effect: 'Allow', Action: ['rds:RebootDBInstance'], Resource: 'arn:aws:rds:*:*:db:torii-*-replica' },
  { Sid: 'Costs', Effect: 'Allow', Action: ['ce:GetCostAndUsage'], Resource: '*' },
  { Sid: 'EventSources', Effect: 'Allow', Action: ['lambda:UpdateEventSourceMapping'], Resource: '*' },
  { Sid: 'Alarms', Effect: 'Allow', Action: ['cloudwatch:DisableAlarmActions', 'cloudwatch:EnableAlarmActions'], Resource: '*' },
  { Sid: 'NoUserData', Effect: 'Deny', Action: USER_DATA_READS, Resource: '*' },
  // ReadOnlyAccess reads every object, and the key above opens them: uploads, exports, logs of access, copies of databases.
  { Sid: 'NoOtherFiles', Effect: 'Deny', Action: ['s3:GetObject*'], NotResource: [...MESSAGES, ...LOG_LAKE] },
  { Sid: 'NoOtherAnswers', Effect: 'Deny', Action: ['athena:GetQueryResults'], NotResource: [LOG_QUERIES] },
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
const RELEASER: PermissionSet = {
  name: 'Releaser',
  description: 'Answers what pipelines ask, starts them and takes releases back',
  managedPolicies: ['ReadOnlyAccess'],
  statements: [
    {
      Sid: 'Pipelines',
      Effect: 'Allow',
      // No codepipeline:UpdatePipeline: whoever may change a pipeline need not ask anybody.
      Action: [
        'codepipeline:PutApprovalResult',
        'codepipeline:StartPipelineExecution',
        'codepipeline:StopPipelineExecution',
        'codepipeline:RetryStageExecution',
        'codepipeline:RollbackStage',
        'codepipeline:DisableStageTransition',
        'codepipeline:EnableStageTransition',
      ],
      Resource: 'arn:aws:codepipeline:*:*:torii-*',
    },
    NO_USER_DATA,
  ],
  session: 'PT4H',
};
const ON_CALL: PermissionSet = {
  name: 'OnCall',
  description: 'What the runbook asks for',
  managedPolicies: ['ReadOnlyAccess'],
  statements: RUNBOOK,
  session: 'PT4H',
};

export const PERMISSION_SETS: readonly PermissionSet[] = [ADMINISTRATOR, DEVELOPER, READER, RELEASER, ON_CALL];

export const ASSIGNMENTS: readonly Assignment[] = [
  { group: 'administrators', permissionSet: ADMINISTRATOR, accounts: ['management', 'log-archive', 'tools', 'dev', 'staging', 'prod'] },
  { group: 'developers', permissionSet: DEVELOPER, accounts: ['dev'] },
  { group: 'developers', permissionSet: READER, accounts: ['tools', 'staging', 'prod'] },
  { group: 'on-call', permissionSet: ON_CALL, accounts: ['staging', 'prod'] },
  { group: 'on-call', permissionSet: RELEASER, accounts: ['tools'] },
];
