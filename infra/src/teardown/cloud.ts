// What destroying an environment needs of AWS.
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

export interface StackRef {
  readonly name: string;
  readonly region: string;
}

export interface Cloud {
  /** Twelve digits: whose credentials these are. */
  findAccount(): Promise<string>;
  /** Physical names by logical id; undefined when there is no such stack. */
  findResources(stack: StackRef): Promise<ReadonlyMap<string, string> | undefined>;
  /** Deletes all versions of all objects. @returns how many; 0 for a bucket that is gone */
  emptyBucket(name: string, region: string): Promise<number>;
  /** Returns when it is gone. @throws StackStaysError */
  deleteStack(stack: StackRef): Promise<void>;
  /** @returns whether there was one */
  deleteLogGroup(name: string, region: string): Promise<boolean>;
  close(): void;
}

/** CloudFormation has given up; what was deleted until then is gone. */
export class StackStaysError extends Error {
  constructor(stack: string, reasons: readonly string[], options?: ErrorOptions) {
    super(`Stack ${stack} cannot be deleted: ${reasons.join('; ') || 'CloudFormation gives no reason'}.`, options);
  }
}

export interface CloudOptions {
  readonly profile?: string | undefined;
  /** Between two looks at a stack that is being deleted. @default 10 */
  readonly pollSeconds?: number;
}

/** CloudFront takes up to a quarter of an hour, and functions in a VPC hold their network for as long. */
const STACK_DEADLINE_SECONDS = 3600;
/** What DeleteObjects takes at once. */
const OBJECTS_PER_CALL = 1000;

interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
}

export function openCloud(region: string, { profile, pollSeconds = 10 }: CloudOptions = {}): Cloud {
  const settings = { ...(profile !== undefined && { profile }), maxAttempts: 8 };
  const sts = new STSClient({ ...settings, region });
  const byRegion = new Map<string, Clients>();
  const clientsOf = (name: string): Clients => {
    const known = byRegion.get(name);
    if (known) return known;
    const options = { ...settings, region: name };
    // Bucket names in the path: an endpoint given by the environment has no subdomain for each.
    const s3 = new S3Client({ ...options, forcePathStyle: true });
    const clients = { cloudFormation: new CloudFormationClient(options), s3, logs: new CloudWatchLogsClient(options) };
    byRegion.set(name, clients);
    return clients;
  };
  return {
    findAccount: async () => (await sts.send(new GetCallerIdentityCommand({}))).Account ?? '',
    findResources: (stack) => findResources(clientsOf(stack.region).cloudFormation, stack.name),
    emptyBucket: (name, where) => emptyBucket(clientsOf(where).s3, name),
    deleteStack: (stack) => deleteStack(clientsOf(stack.region).cloudFormation, stack.name, pollSeconds),
    deleteLogGroup: (name, where) => deleteLogGroup(clientsOf(where).logs, name),
    close: () => {
      for (const { cloudFormation, s3, logs } of byRegion.values()) for (const client of [cloudFormation, s3, logs]) client.destroy();
      sts.destroy();
    },
  };
}

async function findResources(client: CloudFormationClient, stackName: string): Promise<ReadonlyMap<string, string> | undefined> {
  const names = new Map<string, string>();
  try {
    for await (const { StackResourceSummaries: page = [] } of paginateListStackResources({ client }, { StackName: stackName })) {
      const present = page.filter(({ ResourceStatus: status }) => status !== 'DELETE_COMPLETE');
      for (const { LogicalResourceId: id = '', PhysicalResourceId: name = '' } of present) names.set(id, name);
    }
    return names;
  } catch (error) {
    // CloudFormation has no error of its own for that.
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

async function emptyBucket(client: S3Client, bucket: string): Promise<number> {
  try {
    // What has been listed is deleted, so the first page is always the next one.
    for (let deleted = 0; ;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: OBJECTS_PER_CALL }));
      const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (objects.length === 0) return deleted;
      const { Errors: errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
      );
      const [first] = errors;
      if (first) throw new Error(`Bucket ${bucket} cannot be emptied: ${first.Key}: ${first.Message} (${errors.length} objects).`);
      deleted += objects.length;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchBucket') return 0;
    throw error;
  }
}

async function deleteStack(client: CloudFormationClient, stackName: string, pollSeconds: number): Promise<void> {
  const { Stacks: stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  // A deleted stack is found by its id only.
  const id = stacks[0]?.StackId ?? stackName;
  const startedAt = new Date();
  await client.send(new DeleteStackCommand({ StackName: id }));
  try {
    await waitUntilStackDeleteComplete(
      { client, maxWaitTime: STACK_DEADLINE_SECONDS, minDelay: pollSeconds, maxDelay: pollSeconds },
      { StackName: id },
    );
  } catch (error) {
    throw new StackStaysError(stackName, await listFailures(client, id, startedAt), { cause: error });
  }
}

async function listFailures(client: CloudFormationClient, stackId: string, since: Date): Promise<readonly string[]> {
  const reasons: string[] = [];
  for await (const { StackEvents: events = [] } of paginateDescribeStackEvents({ client }, { StackName: stackId })) {
    const recent = events.filter(({ Timestamp: at }) => at === undefined || at >= since);
    for (const { ResourceStatus: status, LogicalResourceId: id, ResourceStatusReason: reason } of recent)
      if (status === 'DELETE_FAILED') reasons.push(`${id}: ${reason}`);
    // Newest first: what follows is older.
    if (recent.length < events.length) break;
  }
  return reasons;
}

async function deleteLogGroup(client: CloudWatchLogsClient, logGroupName: string): Promise<boolean> {
  try {
    await client.send(new DeleteLogGroupCommand({ logGroupName }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
}
