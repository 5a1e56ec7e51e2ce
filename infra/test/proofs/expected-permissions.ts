// What each role of an environment may do. A role that is not here fails by its name; so does anything that a role may do and is not written here.
import { listQueues, PUBLISHERS, type Consumer, type Publisher } from '@torii/contracts';
import { SERVICES, type ServiceName } from '../../src/services.ts';
import { getTools } from '../../src/tools.ts';
import { release } from './expected-release-permissions.ts';
import type { Folders } from './permissions.ts';
import {
  can,
  idOf,
  lambda,
  TRACE,
  CONSUME,
  SEND,
  READ_SECRET,
  WRITE_LOGS,
  DATA_KEYS,
  USE_KEY,
  type Power,
  type RoleExpectation,
} from './powers.ts';
import type { StageName } from './stage.ts';

/** What is in the buckets. */
export const FOLDERS: Folders = {
  'messaging Files': ['uploads/', 'rejects/', 'exports/'],
  'log-lake Lake': ['logs/', 'errors/'],
  'messaging Messages': ['archive', 'archive-errors', 'claims'].flatMap((folder) => PUBLISHERS.map((name) => `${folder}/${name}/`)),
};

/** Actions with a `*` that policies name, and why each is no wider than needed. */
export const WILDCARD_ACTIONS: Readonly<Record<string, string>> = {
  'kms:GenerateDataKey*': 'Variants of one action, on one named key: what is wrapped differs, not what may be read.',
  'kms:ReEncrypt*': 'Two halves of one action, on one named key.',
};

const ROTATED: readonly StageName[] = ['staging', 'prod'];
const ADMIN_SECRET = 'secret data DataDatabaseInstanceSecret';
const DATA_KEY = 'key data Key';
const QUEUE_KEY = 'key messaging QueueKey';
const TOPIC_KEY = 'key messaging TopicKey';

/** The key encrypts the files that S3 keeps, too: whoever has neither a queue nor somebody to send to still needs it for its claims. */
const KEEP_FILES = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** What a process with an outbox and an inbox may do: take from its queues, send to those of others, keep and fetch what is too large for a queue. */
function message(publisher: Publisher, consumers: readonly Consumer[]): readonly Power[] {
  const consumed = listQueues().filter(({ consumer }) => consumers.includes(consumer));
  const sentTo = listQueues().filter(({ senders }) => senders.includes(publisher));
  const heard = new Set([publisher, ...consumed.flatMap(({ publishers, senders }) => [...publishers, ...senders])]);
  return [
    can(CONSUME, ...consumed.map(({ name }) => `queue ${name}`)),
    can(SEND, ...consumed.map(({ name }) => `queue ${name}-dlq`), ...sentTo.map(({ name }) => `queue ${name}`)),
    can(consumed.length + sentTo.length > 0 ? USE_KEY : KEEP_FILES, QUEUE_KEY),
    can(['s3:PutObject'], `object messaging Messages/claims/${publisher}/`),
    can(['s3:GetObject'], ...[...heard].map((name) => `object messaging Messages/claims/${name}/`)),
    // Without it S3 answers "access denied" for what is not there, and a lost claim could not be told from a missing permission.
    can(['s3:ListBucket'], 'bucket messaging Messages'),
  ];
}

/** Its own schema, by the secret of the schema's user. */
function query(publisher: Publisher): readonly Power[] {
  return [can(READ_SECRET, `secret data Schemas${idOf(publisher)}secret`), can(['kms:Decrypt'], DATA_KEY)];
}

const FILES: readonly Power[] = [
  can(
    ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    ...(FOLDERS['messaging Files'] ?? []).map((folder) => `object messaging Files/${folder}`),
  ),
  can(['s3:ListBucket'], 'bucket messaging Files'),
];

export function topicOf(publisher: Publisher): string {
  return `topic messaging ${publisher.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())}Events`;
}

interface Differences {
  /** What takes messages inside the service. @default the consumer of its name */
  readonly consumers?: readonly Consumer[];
  readonly may: readonly Power[];
}

/** What only one backend may do. */
const DIFFERENCES: Readonly<Partial<Record<Publisher, Differences>>> = {
  identity: { may: [can(['cognito-idp:AdminDeleteUser'], 'user-pool user-pool SignInPool')] },
  catalog: { may: [can(READ_SECRET, 'secret data CacheSecret')] },
  jobs: { consumers: ['jobs', 'jobs-projection'], may: [can(['events:PutEvents'], 'bus messaging Bus'), ...FILES] },
};

/** The tasks of one backend. */
function backend(publisher: Publisher): RoleExpectation {
  const { consumers = [publisher], may }: Differences = DIFFERENCES[publisher] ?? { may: [] };
  return {
    trust: 'ecs-tasks.amazonaws.com',
    may: [
      can(TRACE, 'anything'),
      ...message(publisher, consumers),
      ...query(publisher),
      can(['sns:Publish'], topicOf(publisher)),
      can(['kms:Decrypt', ...DATA_KEYS], TOPIC_KEY),
      // Whether its release may consume.
      can(['ssm:GetParameter'], `parameter ${publisher}/released`),
      ...may,
    ],
  };
}

/** ECS itself, before the task runs. */
function execution(service: ServiceName, ...more: readonly Power[]): RoleExpectation {
  return {
    trust: 'ecs-tasks.amazonaws.com',
    may: [
      can(WRITE_LOGS, `logs svc-${service} ServiceLogs`),
      can(['ecr:GetAuthorizationToken'], 'anything'),
      can(
        ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        `arn:aws:ecr:eu-west-1:${getTools().account}:repository/torii-${service}`,
      ),
      ...more,
    ],
  };
}

/** Firehose, and SNS in front of it, for the archive of one topic. */
function archive(publisher: Publisher): Readonly<Record<string, RoleExpectation>> {
  return {
    [`role messaging ${idOf(publisher)}archiveRole`]: {
      trust: 'firehose.amazonaws.com',
      may: [
        can(
          ['s3:AbortMultipartUpload', 's3:PutObject'],
          `object messaging Messages/archive/${publisher}/`,
          `object messaging Messages/archive-errors/${publisher}/`,
        ),
        can(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], 'bucket messaging Messages'),
        can(['kms:Decrypt', 'kms:GenerateDataKey'], QUEUE_KEY),
        can(WRITE_LOGS, `logs messaging ${idOf(publisher)}archiveLogs`),
      ],
    },
    [`role messaging ${idOf(publisher)}archiveStreamTopicSubscriptionRole`]: {
      trust: 'sns.amazonaws.com',
      may: [
        can(
          ['firehose:DescribeDeliveryStream', 'firehose:ListTagsForDeliveryStream', 'firehose:PutRecord', 'firehose:PutRecordBatch'],
          `stream messaging ${idOf(publisher)}archiveStream`,
        ),
      ],
    },
  };
}

export const ROLES: Readonly<Record<string, RoleExpectation>> = {
  ...Object.fromEntries(PUBLISHERS.map((publisher) => [`role svc-${publisher} ServiceTaskRole`, backend(publisher)])),
  // It speaks to the API, as any client does.
  'role svc-frontend ServiceTaskRole': { trust: 'ecs-tasks.amazonaws.com', may: [can(TRACE, 'anything')] },
  ...Object.fromEntries(PUBLISHERS.map((publisher) => [`role svc-${publisher} ServiceExecutionRole`, execution(publisher)])),
  'role svc-frontend ServiceExecutionRole': execution(
    'frontend',
    can(READ_SECRET, 'secret svc-frontend SessionSecret'),
    can(['kms:Decrypt'], DATA_KEY),
  ),
  // Its events leave by the outbox, so it knows neither topic nor bus.
  'role svc-jobs WorkerFunctionServiceRole': lambda(
    'svc-jobs WorkerFunctionLogs',
    ...message('jobs', ['jobs-worker']),
    ...query('jobs'),
    ...FILES,
  ),
  'role user-pool SignInPostConfirmationServiceRole': lambda(
    'user-pool SignInPostConfirmationLogs',
    can(SEND, 'queue identity-commands'),
    can(USE_KEY, QUEUE_KEY),
  ),
  'role data SchemasFunctionServiceRole': lambda(
    'data SchemasFunctionLogs',
    can(READ_SECRET, ADMIN_SECRET, ...PUBLISHERS.map((name) => `secret data Schemas${idOf(name)}secret`)),
    can(['kms:Decrypt'], DATA_KEY),
  ),
  'role api ApiCloudWatchRole': {
    trust: 'apigateway.amazonaws.com',
    // AWS's own policy, for the one role per account that all APIs log with.
    may: [
      can(['logs:DescribeLogGroups'], 'anything'),
      can([...WRITE_LOGS, 'logs:CreateLogGroup', 'logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents'], 'every logs'),
    ],
  },
  'role network VpcAllIAMRole': {
    trust: 'vpc-flow-logs.amazonaws.com',
    may: [can([...WRITE_LOGS, 'logs:DescribeLogStreams'], 'logs network FlowLogs')],
  },
  'role network VpcpublicSubnet1NatInstanceInstanceRole': { trust: 'ec2.amazonaws.com', may: [], stages: ['dev'] },
  'role data RotationFunctionServiceRole': {
    ...lambda(
      'data RotationFunctionLogs',
      can(
        [...READ_SECRET, 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
        ADMIN_SECRET,
        'secret data CacheSecret',
        ...PUBLISHERS.map((name) => `secret data Schemas${idOf(name)}secret`),
      ),
      can(['secretsmanager:GetRandomPassword'], 'anything'),
      can(['elasticache:DescribeUsers', 'elasticache:ModifyUser'], 'cache-user data CacheUser'),
    ),
    stages: ROTATED,
  },
  'role deployment NoticesRolledBackEventsRole': {
    trust: 'events.amazonaws.com',
    may: [can(['sns:Publish'], 'topic messaging Alarms'), can(['kms:Decrypt', ...DATA_KEYS], TOPIC_KEY)],
  },
  'role log-lake DeliveryRole': {
    trust: 'firehose.amazonaws.com',
    may: [
      can(['s3:AbortMultipartUpload', 's3:PutObject'], 'object log-lake Lake/logs/', 'object log-lake Lake/errors/'),
      can(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], 'bucket log-lake Lake'),
      can(['kms:Decrypt', 'kms:GenerateDataKey'], 'key log-lake Key'),
      can(WRITE_LOGS, 'logs log-lake DeliveryLogs'),
    ],
  },
  'role log-lake DeliverySubscriptionRole': {
    trust: 'logs.amazonaws.com when aws:SourceArn StringLike arn:aws:logs:eu-west-1:<account>:*',
    may: [can(['firehose:PutRecord', 'firehose:PutRecordBatch'], 'stream log-lake DeliveryStream')],
  },
  ...Object.assign({}, ...SERVICES.map(release)),
  ...Object.assign({}, ...PUBLISHERS.map(archive)),
};
