// Where a command works: the platform on this machine, or a stage in AWS. Everything after this file is the same for both.
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { listQueues, type QueueName } from '@torii/contracts';
import { OperationError, UsageError } from '../cli/usage-error.ts';
import type { DeadLetterSource } from '../dead-letters/queues.ts';
import { explainAwsError } from './explain-aws-error.ts';
import { readPlatform } from './platform.ts';

export interface Target {
  /** What an operator should have read before they say yes. */
  readonly label: string;
  /** The options that lead here again, for advice. */
  readonly words: string;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly athena: AthenaClient;
  /** Of Athena, with the queries of the stage. */
  readonly workGroup: string;
  /** The platform on this machine, where nobody runs queries: the tool does. */
  readonly isLocal: boolean;
  /** How long a queue must look empty before it is believed: numbers of AWS are right after a minute. */
  readonly settleMs: number;
  /** How long after it was published an event may still be on its way to the archive. */
  readonly archiveLagMs: number;
  queueUrl(name: QueueName | `${DeadLetterSource}-dlq`): Promise<string>;
  /** Name of the bucket with the archive. */
  findArchive(): Promise<string>;
  /** A page that shows the trace. */
  traceUrl(traceId: string): string;
  close(): void;
}

export interface TargetChoice {
  readonly env?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

interface Place {
  readonly name: string;
  readonly words: string;
  readonly environment: string;
  readonly settleMs: number;
  readonly archiveLagMs: number;
  readonly clients: { readonly sqs: SQSClient; readonly s3: S3Client; readonly ssm: SSMClient; readonly athena: AthenaClient };
  traceUrl(traceId: string, region: string): string;
}

/** Firehose gathers for a minute in AWS and for a second on the laptop; the rest is margin for delivery and retries. */
const AWS_TIMES = { settleMs: 60_000, archiveLagMs: 180_000 };
const LOCAL_TIMES = { settleMs: 1_000, archiveLagMs: 5_000 };
/** Throttling and passing failures are retried by the SDK, with backoff. */
const MAX_ATTEMPTS = 5;
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true } as const;
/** The stage that runs on a laptop. */
const LOCAL_STAGE = 'dev';

/** @throws OperationError when the target cannot be reached, with what to do about it */
export async function openTarget(choice: TargetChoice, env: NodeJS.ProcessEnv): Promise<Target> {
  const place = choice.env === undefined ? findLaptop(choice, env) : findStage(choice.env, choice);
  const { clients, environment } = place;
  const urls = new Map<string, Promise<string>>();
  const queueUrl: Target['queueUrl'] = (name) => {
    const url = urls.get(name) ?? askQueueUrl(place, `torii-${environment}-${name}`);
    urls.set(name, url);
    return url;
  };
  const [first] = listQueues();
  // Also the first question to the target: what cannot be reached or used is said here.
  const account = first === undefined ? '' : (/\/(\d{12})\//.exec(await queueUrl(first.name))?.[1] ?? '');
  const region = await clients.sqs.config.region();
  return {
    label: choice.env === undefined ? place.name : `${place.name}, account ${account}, ${region}`,
    words: place.words,
    sqs: clients.sqs,
    s3: clients.s3,
    athena: clients.athena,
    // Workgroups are named after their stage.
    workGroup: `torii-${environment}`,
    isLocal: choice.env === undefined,
    settleMs: place.settleMs,
    archiveLagMs: place.archiveLagMs,
    queueUrl,
    findArchive: () => askArchive(place),
    traceUrl: (traceId) => place.traceUrl(traceId, region),
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

function findLaptop(choice: TargetChoice, env: NodeJS.ProcessEnv): Place {
  const given = (['profile', 'region'] as const).find((name) => choice[name] !== undefined);
  if (given !== undefined)
    throw new UsageError(
      `--${given} cannot be used alone: it belongs to a stage in AWS, and no --env names one. Add --env, or leave it out.`,
    );
  const { region, endpoints, console } = readPlatform(env);
  const settings = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 2, requestHandler: TIMEOUTS };
  return {
    name: `the platform on this machine (${endpoints.sqs})`,
    words: '',
    environment: LOCAL_STAGE,
    ...LOCAL_TIMES,
    clients: {
      sqs: new SQSClient({ ...settings, endpoint: endpoints.sqs }),
      s3: new S3Client({ ...settings, endpoint: endpoints.s3, forcePathStyle: true }),
      // One listener serves EventBridge, Secrets Manager, SSM and Athena.
      ssm: new SSMClient({ ...settings, endpoint: endpoints.events }),
      athena: new AthenaClient({ ...settings, endpoint: endpoints.events }),
    },
    traceUrl: (traceId) => `${console}/traces/${traceId}`,
  };
}

function findStage(environment: string, { profile, region }: TargetChoice): Place {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(environment))
    throw new UsageError(`--env cannot be ${JSON.stringify(environment)}: it is the name of a stage, such as dev, staging or prod.`);
  const settings = {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: TIMEOUTS,
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
  const words = Object.entries({ env: environment, profile, region }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return {
    name: `AWS, stage ${environment}`,
    words: ` ${words.join(' ')}`,
    environment,
    ...AWS_TIMES,
    clients: {
      sqs: new SQSClient(settings),
      s3: new S3Client(settings),
      ssm: new SSMClient(settings),
      athena: new AthenaClient(settings),
    },
    traceUrl: (traceId, usedRegion) =>
      `https://${usedRegion}.console.aws.amazon.com/cloudwatch/home?region=${usedRegion}#xray:traces/${toXRayId(traceId)}`,
  };
}

/** X-Ray writes the first eight digits, the time, apart. */
function toXRayId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

async function askQueueUrl(place: Place, name: string): Promise<string> {
  try {
    const { QueueUrl: url } = await place.clients.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    if (url === undefined) throw new OperationError(`Queue ${name} cannot be used: SQS gave no URL for it.`);
    return url;
  } catch (error) {
    throw explainAwsError(error, `Queue ${name} cannot be found in ${place.name}`);
  }
}

async function askArchive(place: Place): Promise<string> {
  const name = `/torii/${place.environment}/messages-bucket`;
  try {
    const { Parameter: parameter } = await place.clients.ssm.send(new GetParameterCommand({ Name: name }));
    if (parameter?.Value === undefined)
      throw new OperationError(`The archive cannot be found in ${place.name}: parameter ${name} is empty.`);
    return parameter.Value;
  } catch (error) {
    throw explainAwsError(error, `The archive cannot be found in ${place.name} by parameter ${name}`);
  }
}
