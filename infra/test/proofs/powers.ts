// What rights are made of: actions that belong together, and how a table of roles says who has which.
import type { StageName } from './stage.ts';

export interface Power {
  readonly actions: readonly string[];
  /** Names of resources, as stage.ts makes them: `queue catalog-commands`. */
  readonly on: readonly string[];
  /** Condition of the policy, as permissions.ts writes it. */
  readonly when?: string;
}

export interface RoleExpectation {
  /** Who becomes the role. */
  readonly trust: string;
  readonly may: readonly Power[];
  /** @default all */
  readonly stages?: readonly StageName[];
}

export const TRACE = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
export const CONSUME = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];
export const SEND = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];
export const READ_SECRET = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
export const WRITE_LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
export const ENTER_VPC = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
export const DATA_KEYS = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
/** For whom sends and receives what the key encrypts. */
export const USE_KEY = ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', ...DATA_KEYS];

export function can(actions: readonly string[], ...on: readonly string[]): Power {
  return { actions, on };
}

export function canWhen(when: string, actions: readonly string[], ...on: readonly string[]): Power {
  return { actions, on, when };
}

/** A name as it is in logical ids. */
export function idOf(name: string): string {
  return name.replaceAll('-', '');
}

/** A function of ours: it logs, it is traced, it has an address in the VPC. */
export function lambda(logs: string, ...more: readonly Power[]): RoleExpectation {
  return {
    trust: 'lambda.amazonaws.com',
    may: [can(ENTER_VPC, 'anything'), can(TRACE, 'anything'), can(WRITE_LOGS, `logs ${logs}`), ...more],
  };
}
