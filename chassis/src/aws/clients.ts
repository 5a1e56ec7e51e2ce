import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { withSpan } from '../telemetry/spans.ts';
import { sendDirectly } from './direct-calls.ts';
import { toSnsCall } from './sns-calls.ts';
import { pollTimeoutMs, toSqsCall } from './sqs-calls.ts';

/** AWS answers control calls in tens of milliseconds. */
const REQUEST_TIMEOUT_MS = 5_000;
const CONNECTION_TIMEOUT_MS = 1_000;
/** A download that stops flowing has failed. */
const STALLED_DOWNLOAD_MS = 10_000;
/** One retry inside the SDK; what is above it (relay, consumer, caller) retries with backoff. */
const MAX_ATTEMPTS = 2;

export interface AwsClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number; readonly throwOnRequestTimeout: true };
}

/**
 * Settings for any SDK client, so that a peer which accepts and never answers cannot hang the caller. No endpoint and no
 * region: the SDK takes both from the environment.
 */
export function awsClientSettings(requestTimeoutMs: number = REQUEST_TIMEOUT_MS): AwsClientSettings {
  return {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
  };
}

/** Adds a client span to every call, named `SQS SendMessage`. @returns the same client */
export function traceAwsClient<C extends { readonly middlewareStack: object }>(client: C, service: string): C {
  const stack = parseStack(client.middlewareStack);
  // It copies every input and output without what is secret in them, ten bodies of a poll among them, for a logger that nobody gives the client.
  stack.remove('loggerMiddleware');
  stack.add(
    (next, middleware) => (args) => {
      const operation = (middleware.commandName ?? 'call').replace(/Command$/, '');
      // A long poll is idle time, and the relay and consumer have spans of their own.
      if (operation === 'ReceiveMessage') return next(args);
      const attributes = { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': operation };
      return withSpan(`${service} ${operation}`, { kind: 'client', attributes }, () => next(args));
    },
    { step: 'initialize', name: 'toriiSpan' },
  );
  return client;
}

interface MiddlewareStack {
  add(
    middleware: (next: (args: object) => Promise<object>, context: { readonly commandName?: string }) => (args: object) => Promise<object>,
    options: { readonly step: 'initialize'; readonly name: string },
  ): void;
  remove(name: string): boolean;
}

/** Every client has the same stack, typed by its own commands; tracing looks at none of those. */
function parseStack(stack: object): MiddlewareStack {
  return stack as MiddlewareStack;
}

export function createSqsClient(): SQSClient {
  // TLS already finds bodies that were damaged on the way, so hashing each once more protects from nothing.
  const client = waitForPolls(traceAwsClient(new SQSClient({ ...awsClientSettings(), md5: false }), 'SQS'));
  return sendDirectly(client, {
    service: 'SQS',
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    toCall: (command) => toSqsCall(command, REQUEST_TIMEOUT_MS),
  });
}

type Send = (command: object, options?: object) => Promise<unknown>;

/** Everything but a poll, such as an acknowledgement, answers soon or has failed. */
function waitForPolls(client: SQSClient): SQSClient {
  const send: Send = client.send.bind(client) as Send;
  const patientSend: Send = (command, options) =>
    send(
      command,
      command instanceof ReceiveMessageCommand ? { requestTimeout: pollTimeoutMs(command, REQUEST_TIMEOUT_MS), ...options } : options,
    );
  return Object.assign(client, { send: patientSend });
}

export function createSnsClient(): SNSClient {
  return sendDirectly(traceAwsClient(new SNSClient(awsClientSettings()), 'SNS'), {
    service: 'SNS',
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    toCall: (command) => toSnsCall(command, REQUEST_TIMEOUT_MS),
  });
}

export function createEventBridgeClient(): EventBridgeClient {
  return traceAwsClient(new EventBridgeClient(awsClientSettings()), 'EventBridge');
}

export function createSsmClient(): SSMClient {
  return traceAwsClient(new SSMClient(awsClientSettings()), 'SSM');
}

/** Checksums only where S3 demands them: the SDK's default would add a trailer that S3-compatible servers do not all take. */
export function createS3Client(): S3Client {
  const { maxAttempts, requestHandler } = awsClientSettings();
  const client = new S3Client({
    maxAttempts,
    requestHandler: { ...requestHandler, socketTimeout: STALLED_DOWNLOAD_MS },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return traceAwsClient(client, 'S3');
}
