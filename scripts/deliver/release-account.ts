// What a release asks of the environment's account, under the role that may release this one service there and nothing else.
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ask, DeliveryError } from './delivery-error.ts';
import type { DescribedTask } from './render-task-definition.ts';
import type { RunTaskParameter } from './release-parameters.ts';

export interface ReleaseAccount {
  /** Values by name; those that do not exist are left out. */
  readParameters(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  describeTaskDefinition(arn: string): Promise<DescribedTask>;
  /** @returns the ARN of the new revision */
  registerTaskDefinition(input: RegisterTaskDefinitionCommandInput): Promise<string>;
  /** @returns the ARN of the task */
  runTask(taskDefinition: string, where: RunTaskParameter): Promise<string>;
  /** Undefined for a moment after it was started. */
  findTask(cluster: string, task: string): Promise<Task | undefined>;
  /** The last lines of a log; none when it cannot be read. */
  readLogTail(group: string, stream: string): Promise<readonly string[]>;
  close(): void;
}

export interface ReleaseAccountOptions {
  readonly region: string;
  readonly roleArn: string;
  /** In CloudTrail and on the tasks: who did it. At most 36 characters, which is ECS's limit. */
  readonly sessionName: string;
}

const LOG_LINES = 50;
/** The most that AWS gives to a role that was assumed by a role. */
const SESSION_SECONDS = 3600;

export async function openReleaseAccount({ region, roleArn, sessionName }: ReleaseAccountOptions): Promise<ReleaseAccount> {
  const credentials = await assumeRole(region, roleArn, sessionName);
  const [ssm, ecs, logs] = [
    new SSMClient({ region, credentials }),
    new ECSClient({ region, credentials }),
    new CloudWatchLogsClient({ region, credentials }),
  ];
  return {
    readParameters: (names) => readParameters(ssm, names),
    describeTaskDefinition: (arn) =>
      ask(`Reading ${arn}`, ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }))),
    registerTaskDefinition: async (input) => {
      const { taskDefinition } = await ask(`Registering ${input.family}`, ecs.send(new RegisterTaskDefinitionCommand(input)));
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    runTask: (taskDefinition, where) => runTask(ecs, taskDefinition, where, sessionName),
    findTask: async (cluster, task) =>
      (await ask(`Looking at ${task}`, ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] })))).tasks?.[0],
    readLogTail: (group, stream) => readLogTail(logs, group, stream),
    close: () => {
      for (const client of [ssm, ecs, logs]) client.destroy();
    },
  };
}

interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

async function assumeRole(region: string, roleArn: string, sessionName: string): Promise<SessionCredentials> {
  const sts = new STSClient({ region });
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: SESSION_SECONDS });
  const { Credentials } = await ask(`Taking the role ${roleArn}`, sts.send(command));
  sts.destroy();
  if (Credentials?.AccessKeyId === undefined || Credentials.SecretAccessKey === undefined || Credentials.SessionToken === undefined)
    throw new DeliveryError(`Taking the role ${roleArn} cannot be done: STS gave no credentials.`);
  return { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
}

async function readParameters(ssm: SSMClient, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { Parameters = [] } = await ask(`Reading ${names.join(', ')}`, ssm.send(new GetParametersCommand({ Names: [...names] })));
  return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
}

async function runTask(ecs: ECSClient, taskDefinition: string, where: RunTaskParameter, startedBy: string): Promise<string> {
  const command = new RunTaskCommand({
    cluster: where.cluster,
    taskDefinition,
    launchType: 'FARGATE',
    count: 1,
    startedBy,
    // The same when the SDK asks again: the revision is new, and it must not run twice.
    clientToken: taskDefinition
      .split('/')
      .at(-1)
      ?.replaceAll(/[^\w-]/g, '-'),
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [...where.subnets], securityGroups: [...where.securityGroups], assignPublicIp: 'DISABLED' },
    },
  });
  const { tasks = [], failures = [] } = await ask(`Starting ${taskDefinition}`, ecs.send(command));
  const task = tasks[0]?.taskArn;
  if (task !== undefined) return task;
  const reasons = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': '));
  throw new DeliveryError(`${taskDefinition} cannot be started: ${reasons.join('; ') || 'ECS gives no reason'}.`);
}

/** The log helps whoever reads why a task failed; not to be able to read it is no second failure. */
async function readLogTail(logs: CloudWatchLogsClient, logGroupName: string, logStreamName: string): Promise<readonly string[]> {
  const command = new GetLogEventsCommand({ logGroupName, logStreamName, limit: LOG_LINES, startFromHead: false });
  try {
    const { events = [] } = await logs.send(command);
    return events.map(({ message = '' }) => message);
  } catch (error) {
    return [`(the log cannot be read: ${String(error)})`];
  }
}
