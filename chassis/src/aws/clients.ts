import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { withSpan } from '../telemetry/spans.ts';

/** A long poll is held open by SQS for up to 20 s. */
const LONG_POLL_TIMEOUT_MS = 25_000;
/** AWS answers control calls in tens of milliseconds. */
const REQUEST_TIMEOUT_MS = 5_000;
const CONNECTION_TIMEOUT_MS = 1_000;
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
  parseStack(client.middlewareStack).add(
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
}

/** Every client has the same stack, typed by its own commands; tracing looks at none of those. */
function parseStack(stack: object): MiddlewareStack {
  return stack as MiddlewareStack;
}

export function createSqsClient(): SQSClient {
  return traceAwsClient(new SQSClient(awsClientSettings(LONG_POLL_TIMEOUT_MS)), 'SQS');
}

export function createSnsClient(): SNSClient {
  return traceAwsClient(new SNSClient(awsClientSettings()), 'SNS');
}

export function createEventBridgeClient(): EventBridgeClient {
  return traceAwsClient(new EventBridgeClient(awsClientSettings()), 'EventBridge');
}
