import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import aws4 from 'aws4';
import { Agent, errors, request } from 'undici';
import { withSpan } from '../telemetry/spans.ts';

// For the few calls that come with every message, the SDK's middleware costs four times the CPU of signing and sending them, which made it most of
// what a message costs (docs/adr/0021-call-queues-directly.md). The SDK still makes the first call to each queue and topic, which shows where it
// goes, and every call that was not plainly answered: errors, retries and the clock's correction are its own.

/** A call as it goes over the wire. */
export interface DirectCall {
  /** Name of the operation. */
  readonly operation: string;
  /** The queue or topic it is for, by which its endpoint is known. */
  readonly resource: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** A poll is idle time, and has none. */
  readonly hasSpan: boolean;
  /** @returns what the SDK would return for the body of an answer with status 200 */
  parseAnswer(body: string): object;
}

export interface DirectClientOptions {
  readonly service: 'SNS' | 'SQS';
  readonly connectionTimeoutMs: number;
  /** @returns undefined for a command that is the SDK's to send */
  readonly toCall: (command: object) => DirectCall | undefined;
}

interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

type Send = (command: object, options?: CallOptions) => Promise<unknown>;

/** Gives `client.send` the short way for the commands that `toCall` knows. @returns the same client */
export function sendDirectly<C extends SNSClient | SQSClient>(client: C, options: DirectClientOptions): C {
  const sendBySdk: Send = client.send.bind(client) as Send;
  const urls = noteUrls(client);
  const agent = new Agent({ connect: { timeout: options.connectionTimeoutMs } });
  const service = options.service.toLowerCase();

  const post = async (call: DirectCall, url: URL, abortSignal: AbortSignal | undefined): Promise<object | undefined> => {
    const [region, credentials] = await Promise.all([client.config.region(), client.config.credentials()]);
    const headers = { ...call.headers, 'X-Amz-Date': toAmzDate(Date.now() + client.config.systemClockOffset) };
    const target = { host: url.host, path: url.pathname, method: 'POST', service, region };
    const signed = aws4.sign({ ...target, headers, body: call.body }, credentials);
    const answer = await request(url, {
      method: 'POST',
      headers: signed.headers as Record<string, string>,
      body: call.body,
      headersTimeout: call.timeoutMs,
      bodyTimeout: call.timeoutMs,
      dispatcher: agent,
      ...(abortSignal !== undefined && { signal: abortSignal }),
    });
    const body = await answer.body.text();
    return answer.statusCode === 200 ? call.parseAnswer(body) : undefined;
  };
  const tryPost = async (call: DirectCall, url: URL, abortSignal: AbortSignal | undefined): Promise<object | undefined> => {
    try {
      return await post(call, url, abortSignal);
    } catch (error) {
      if (abortSignal?.aborted === true) throw error;
      if (isTimeout(error)) throw timeoutOf(call, options.service, error);
      return undefined;
    }
  };
  const send: Send = async (command, callOptions = {}) => {
    const call = options.toCall(command);
    const url = call && urls.get(call.resource);
    if (call === undefined || url === undefined) return sendBySdk(command, callOptions);
    const run = (): Promise<object | undefined> => tryPost(call, url, callOptions.abortSignal);
    const attributes = { 'rpc.system': 'aws-api', 'rpc.service': options.service, 'rpc.method': call.operation };
    const answer = await (call.hasSpan ? withSpan(`${options.service} ${call.operation}`, { kind: 'client', attributes }, run) : run());
    return answer ?? sendBySdk(command, callOptions);
  };
  const destroyBySdk = client.destroy.bind(client);
  const destroy = (): void => {
    destroyBySdk();
    void agent.destroy();
  };
  return Object.assign(client, { send, destroy });
}

interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}

interface SdkStack {
  add(
    middleware: (next: SdkHandler) => SdkHandler,
    options: { readonly step: 'finalizeRequest'; readonly priority: 'low'; readonly name: string },
  ): void;
}

type SdkHandler = (args: {
  readonly input: { readonly QueueUrl?: string; readonly TopicArn?: string };
  readonly request: SdkRequest;
}) => Promise<{ readonly response: unknown }>;

/** By queue URL and topic ARN: where the SDK's last call that was answered has gone. */
function noteUrls(client: SNSClient | SQSClient): ReadonlyMap<string, URL> {
  const urls = new Map<string, URL>();
  const stack = client.middlewareStack as SdkStack;
  stack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { protocol, hostname, port, path } = args.request;
      const resource = args.input.QueueUrl ?? args.input.TopicArn;
      if (resource !== undefined) urls.set(resource, new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`));
      return answer;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'toriiNoteUrl' },
  );
  return urls;
}

function toAmzDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
}

function isTimeout(error: unknown): boolean {
  return error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
}

/** Of the name that the SDK gives it. */
function timeoutOf({ operation, timeoutMs }: DirectCall, service: string, cause: unknown): Error {
  const error = new Error(`${service} ${operation} was not answered within ${timeoutMs} ms.`, { cause });
  return Object.assign(error, { name: 'TimeoutError' });
}
