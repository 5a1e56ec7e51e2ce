// The actions that policies of a stage may name, and what each is an action on. A policy with any other action fails by its name: add it here.
import type { Kind } from './arns.ts';

/** Actions on nothing that has a name, which is why policies say `*`. Each with its reason. */
export const UNNAMED: Readonly<Record<string, string>> = {
  'cloudwatch:PutMetricData': 'Metrics have no ARN.',
  'ec2:AssignPrivateIpAddresses': 'Of a network interface, which has no name before it exists.',
  'ec2:CreateNetworkInterface': 'Network interfaces have no names before they exist.',
  'ec2:DeleteNetworkInterface': 'Network interfaces have no names before they exist.',
  'ec2:DescribeNetworkInterfaces': 'EC2 lists for all or nobody.',
  'ec2:DescribeSecurityGroups': 'EC2 lists for all or nobody.',
  'ec2:DescribeSubnets': 'EC2 lists for all or nobody.',
  'ec2:DescribeVpcs': 'EC2 lists for all or nobody.',
  'ec2:UnassignPrivateIpAddresses': 'Of a network interface, which has no name before it exists.',
  'ecr:GetAuthorizationToken': 'A log-in, to the registry as such.',
  'ecs:DeregisterTaskDefinition': 'ECS knows no resource for it.',
  'ecs:DescribeTaskDefinition': 'ECS knows no resource for it.',
  'elasticloadbalancing:DescribeListeners': 'Load balancers are described to all or nobody.',
  'elasticloadbalancing:DescribeRules': 'Load balancers are described to all or nobody.',
  'elasticloadbalancing:DescribeTargetGroups': 'Load balancers are described to all or nobody.',
  'firehose:ListDeliveryStreams': 'Firehose lists for all or nobody.',
  'logs:DescribeLogGroups': 'CloudWatch lists for all or nobody.',
  'secretsmanager:GetRandomPassword': 'A text that nobody keeps.',
  'sts:GetCallerIdentity': 'Whoever asks is told.',
  'xray:GetSamplingRules': 'X-Ray has no resources to name.',
  'xray:GetSamplingTargets': 'X-Ray has no resources to name.',
  'xray:PutTelemetryRecords': 'X-Ray has no resources to name.',
  'xray:PutTraceSegments': 'X-Ray has no resources to name.',
};

/** Actions by service and by the kind of what they are on: those that are used, and those that would be worst in the wrong hands. */
const NAMED: Readonly<Record<string, Readonly<Partial<Record<Kind, readonly string[]>>>>> = {
  athena: {
    workgroup: ['GetQueryExecution', 'GetQueryResults', 'GetWorkGroup', 'StartQueryExecution', 'StopQueryExecution', 'UpdateWorkGroup'],
  },
  cloudwatch: { alarm: ['DeleteAlarms', 'DescribeAlarms', 'DisableAlarmActions', 'SetAlarmState'] },
  codedeploy: {
    'deployment-application': ['GetApplication', 'GetApplicationRevision', 'RegisterApplicationRevision'],
    'deployment-group': [
      'ContinueDeployment',
      'CreateDeployment',
      'GetDeployment',
      'GetDeploymentConfig',
      'GetDeploymentGroup',
      'PutLifecycleEventHookExecutionStatus',
      'StopDeployment',
      'UpdateDeploymentGroup',
    ],
  },
  'cognito-idp': {
    'user-pool': [
      'AdminCreateUser',
      'AdminDeleteUser',
      'AdminGetUser',
      'AdminSetUserPassword',
      'DeleteUserPool',
      'ListUsers',
      'UpdateUserPool',
    ],
  },
  ecr: {
    repository: [
      'BatchCheckLayerAvailability',
      'BatchGetImage',
      'GetDownloadUrlForLayer',
      'PutImage',
      'DeleteRepository',
      'SetRepositoryPolicy',
    ],
  },
  ecs: {
    cluster: ['DeleteCluster', 'UpdateCluster'],
    service: ['CreateTaskSet', 'DeleteTaskSet', 'DescribeServices', 'UpdateService', 'UpdateServicePrimaryTaskSet'],
    task: ['DescribeTasks', 'RegisterTaskDefinition', 'RunTask', 'StopTask', 'TagResource'],
  },
  elasticache: { 'cache-user': ['Connect', 'DeleteUser', 'DescribeUsers', 'ModifyUser'] },
  elasticloadbalancing: { 'listener-rule': ['ModifyRule', 'DeleteRule'], listener: ['ModifyListener', 'DeleteListener'] },
  events: { bus: ['DeleteEventBus', 'PutEvents', 'PutPermission'], rule: ['DeleteRule', 'DisableRule', 'PutRule', 'PutTargets'] },
  firehose: {
    stream: [
      'DeleteDeliveryStream',
      'DescribeDeliveryStream',
      'ListTagsForDeliveryStream',
      'PutRecord',
      'PutRecordBatch',
      'UpdateDestination',
    ],
  },
  glue: {
    'catalog-database': ['DeleteDatabase', 'GetDatabase'],
    'catalog-table': ['DeleteTable', 'GetPartitions', 'GetTable', 'GetTableVersion', 'GetTableVersions', 'UpdateTable'],
  },
  iam: { role: ['AttachRolePolicy', 'CreateRole', 'PassRole', 'PutRolePolicy', 'UpdateAssumeRolePolicy'] },
  kms: {
    key: [
      'CreateGrant',
      'Decrypt',
      'DescribeKey',
      'DisableKey',
      'Encrypt',
      'GenerateDataKey',
      'GenerateDataKeyPair',
      'GenerateDataKeyPairWithoutPlaintext',
      'GenerateDataKeyWithoutPlaintext',
      'PutKeyPolicy',
      'ReEncryptFrom',
      'ReEncryptTo',
      'ScheduleKeyDeletion',
    ],
  },
  lambda: { function: ['AddPermission', 'InvokeFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'] },
  logs: {
    logs: [
      'CreateLogGroup',
      'CreateLogStream',
      'DeleteLogGroup',
      'DescribeLogStreams',
      'FilterLogEvents',
      'GetLogEvents',
      'PutLogEvents',
      'PutRetentionPolicy',
      'PutSubscriptionFilter',
      'StartQuery',
      'Unmask',
    ],
  },
  rds: { database: ['DeleteDBInstance', 'ModifyDBInstance', 'RebootDBInstance'] },
  s3: {
    bucket: [
      'DeleteBucket',
      'DeleteBucketPolicy',
      'GetBucketAcl',
      'GetBucketCORS',
      'GetBucketLocation',
      'GetBucketPolicy',
      'GetBucketVersioning',
      'ListBucket',
      'ListBucketMultipartUploads',
      'ListBucketVersions',
      'PutBucketPolicy',
      'PutBucketPublicAccessBlock',
      'PutEncryptionConfiguration',
      'PutLifecycleConfiguration',
    ],
    object: [
      'AbortMultipartUpload',
      'BypassGovernanceRetention',
      'DeleteObject',
      'DeleteObjectVersion',
      'GetObject',
      'GetObjectAcl',
      'GetObjectTagging',
      'GetObjectVersion',
      'ListMultipartUploadParts',
      'PutObject',
      'PutObjectAcl',
      'PutObjectLegalHold',
      'PutObjectRetention',
      'PutObjectTagging',
      'PutObjectVersionTagging',
    ],
  },
  secretsmanager: {
    secret: [
      'DeleteSecret',
      'DescribeSecret',
      'GetSecretValue',
      'PutResourcePolicy',
      'PutSecretValue',
      'RotateSecret',
      'UpdateSecret',
      'UpdateSecretVersionStage',
    ],
  },
  sns: { topic: ['AddPermission', 'DeleteTopic', 'GetTopicAttributes', 'Publish', 'SetTopicAttributes', 'Subscribe', 'Unsubscribe'] },
  sqs: {
    queue: [
      'AddPermission',
      'ChangeMessageVisibility',
      'DeleteMessage',
      'DeleteQueue',
      'GetQueueAttributes',
      'GetQueueUrl',
      'ListDeadLetterSourceQueues',
      'PurgeQueue',
      'ReceiveMessage',
      'SendMessage',
      'SetQueueAttributes',
      'StartMessageMoveTask',
    ],
  },
  ssm: { parameter: ['DeleteParameter', 'GetParameter', 'GetParameters', 'GetParametersByPath', 'PutParameter'] },
  sts: { role: ['AssumeRole', 'TagSession'] },
};

export interface Action {
  /** `service:Operation`. */
  readonly name: string;
  /** What it is on; undefined for what has no name. */
  readonly kind: Kind | undefined;
}

export const ACTIONS: readonly Action[] = [
  ...Object.keys(UNNAMED).map((name) => ({ name, kind: undefined })),
  ...Object.entries(NAMED).flatMap(([service, kinds]) =>
    (Object.entries(kinds) as [Kind, readonly string[]][]).flatMap(([kind, operations]) =>
      operations.map((operation) => ({ name: `${service}:${operation}`, kind })),
    ),
  ),
];
