// Who else may use what is an environment's: the allowing statements of every policy of a resource. Roles of the account are not here, but in
// expected-permissions.ts: a key that is "this account's" is used by whom a role's policy lets.
import { type CommandContract, commands, listQueues, PUBLISHERS } from '@torii/contracts';
import { SERVICES } from '../../src/services.ts';
import { topicOf } from './expected-permissions.ts';
import { idOf } from './powers.ts';
import type { StageName } from './stage.ts';

const OF_THIS_ACCOUNT = 'aws:SourceAccount is <account>';
const BY_SECRETS_MANAGER = 'kms:ViaService is secretsmanager.eu-west-1.amazonaws.com';
const ROTATION_ROLE = 'role data RotationFunctionServiceRole';
const PROVISIONER_ROLE = 'role data SchemasFunctionServiceRole';
/** Elastic Load Balancing's own account in the region: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
const LOAD_BALANCING = 'arn:aws:iam::156460612806:root';

/** By resource. */
export function listExpectedRules(stage: StageName): Readonly<Record<string, readonly string[]>> {
  const isRotated = stage !== 'dev';
  return {
    ...queueRules(),
    'queue schedules-dlq': listScheduled().map(
      (type) => `events.amazonaws.com may sqs:SendMessage when aws:SourceArn is rule messaging Schedules${type.replaceAll(/[.-]/g, '')}`,
    ),
    'topic messaging Alarms': [`budgets.amazonaws.com and cloudwatch.amazonaws.com may sns:Publish when ${OF_THIS_ACCOUNT}`],
    'topic edge-alarms Alarms': [`cloudwatch.amazonaws.com may sns:Publish when ${OF_THIS_ACCOUNT}`],
    ...keyRules(isRotated),
    ...logBucketRules(),
    'function user-pool SignInPostConfirmation': [
      'cognito-idp.amazonaws.com may lambda:InvokeFunction when aws:SourceArn is user-pool user-pool SignInPool',
    ],
    ...Object.fromEntries(
      SERVICES.map((service) => [
        `function deployment ${idOf(service)}SmokeTestFunction`,
        [`events.amazonaws.com may lambda:InvokeFunction when aws:SourceArn is rule deployment ${idOf(service)}Ended`],
      ]),
    ),
    ...(isRotated && {
      'function data RotationFunction': [`secretsmanager.amazonaws.com may lambda:InvokeFunction when ${OF_THIS_ACCOUNT}`],
    }),
  };
}

function listScheduled(): readonly string[] {
  return Object.entries<CommandContract>(commands).flatMap(([type, { schedule }]) => (schedule === undefined ? [] : [type]));
}

/** Topics send events to the queues of their subscribers, EventBridge the commands that have a schedule; all others send by their roles. */
function queueRules(): Readonly<Record<string, readonly string[]>> {
  const byTopics = listQueues()
    .filter(({ publishers }) => publishers.length > 0)
    .map(({ name, publishers }) => [
      `queue ${name}`,
      publishers.map((publisher) => `sns.amazonaws.com may sqs:SendMessage when aws:SourceArn is ${topicOf(publisher)}`),
    ]);
  const byRules = listQueues()
    .filter(({ types }) => types.some((type) => listScheduled().includes(type)))
    .map(({ name }) => [
      `queue ${name}`,
      [`events.amazonaws.com may sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage when ${OF_THIS_ACCOUNT}`],
    ]);
  return Object.fromEntries([...byTopics, ...byRules]);
}

function keyRules(isRotated: boolean): Readonly<Record<string, readonly string[]>> {
  const own = 'this account may kms:*';
  const subscribedTo = PUBLISHERS.filter((publisher) => listQueues().some(({ publishers }) => publishers.includes(publisher)));
  const readers = [...(isRotated ? [ROTATION_ROLE] : []), PROVISIONER_ROLE].join(' and ');
  const writers = ['this account', ...(isRotated ? [ROTATION_ROLE] : [])].join(' and ');
  return {
    'key data Key': [
      own,
      ...(isRotated
        ? [
            `${writers} may kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt* when ${BY_SECRETS_MANAGER}`,
            `this account may kms:CreateGrant, kms:DescribeKey when ${BY_SECRETS_MANAGER}`,
          ]
        : []),
      `this account may kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt* when ${BY_SECRETS_MANAGER}`,
      `${readers} may kms:Decrypt when ${BY_SECRETS_MANAGER}`,
    ],
    'key messaging QueueKey': [
      own,
      ...subscribedTo.map(
        (publisher) => `sns.amazonaws.com may kms:Decrypt, kms:GenerateDataKey when aws:SourceArn is ${topicOf(publisher)}`,
      ),
      `events.amazonaws.com may kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt* when ${OF_THIS_ACCOUNT}`,
      'events.amazonaws.com may kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey when ' +
        `${OF_THIS_ACCOUNT} and aws:SourceArn is bus messaging Bus and kms:EncryptionContext:aws:events:event-bus:arn is bus messaging Bus`,
    ],
    'key messaging TopicKey': [
      own,
      `budgets.amazonaws.com and cloudwatch.amazonaws.com may kms:Decrypt, kms:GenerateDataKey* when ${OF_THIS_ACCOUNT}`,
    ],
    'key edge-alarms TopicKey': [own, `cloudwatch.amazonaws.com may kms:Decrypt, kms:GenerateDataKey* when ${OF_THIS_ACCOUNT}`],
    'key log-lake Key': [own],
    'key network LogKey': [
      own,
      'logs.eu-west-1.amazonaws.com may kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt* when ' +
        'kms:EncryptionContext:aws:logs:arn ArnLike arn:aws:logs:eu-west-1:<account>:log-group:*',
    ],
  };
}

/** Buckets that AWS writes access logs to. */
function logBucketRules(): Readonly<Record<string, readonly string[]>> {
  const ofBuckets = ['messaging Files', 'messaging Messages', 'log-lake Lake'].map((bucket) => [
    `bucket ${bucket}AccessLogs`,
    [`logging.s3.amazonaws.com may s3:PutObject on /* when ${OF_THIS_ACCOUNT} and aws:SourceArn ArnLike bucket ${bucket}`],
  ]);
  return {
    ...Object.fromEntries(ofBuckets),
    'bucket platform AccessLogs': [
      `${LOAD_BALANCING} may s3:PutObject on /AWSLogs/<account>/*`,
      'delivery.logs.amazonaws.com may s3:PutObject on /AWSLogs/<account>/* when s3:x-amz-acl is bucket-owner-full-control',
      'delivery.logs.amazonaws.com may s3:GetBucketAcl',
    ],
  };
}
