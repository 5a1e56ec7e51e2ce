// As much of AWS as a delivery asks, over HTTP, and Docker's stand-in beside it: all calls are in one list, in the order in which they came.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What was asked: `ecs RunTask`, `docker buildx build`. */
export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a service answers, or an error of the kind that it answers. */
export type Answer = Readonly<Record<string, unknown>> | CloudError;

export class CloudError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** By name of the call. */
export type Script = Readonly<Record<string, (call: Call, earlier: readonly Call[]) => Answer>>;

export interface RehearsedCloud {
  readonly calls: readonly Call[];
  /** Endpoints, and credentials that are good for nothing. */
  readonly env: Readonly<Record<string, string>>;
  /** Forgets the calls, and answers by another script. */
  play(script: Script): void;
  close(): Promise<void>;
}

/** Prefix of the operation's name on the wire → name of the service. */
const SERVICES: Readonly<Record<string, string>> = {
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonSSM: 'ssm',
  Logs_20140328: 'logs',
  CodePipeline_20150709: 'codepipeline',
  Docker: 'docker',
};
const ENDPOINTS = ['ECR', 'ECS', 'SSM', 'STS', 'CLOUDWATCH_LOGS', 'CODEPIPELINE'];

export async function startRehearsedCloud(): Promise<RehearsedCloud> {
  const calls: Call[] = [];
  let script: Script = {};
  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      const earlier = [...calls];
      calls.push(call);
      const { status, type, body } = write(call, answer(script, call, earlier));
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    calls,
    env: {
      ...Object.fromEntries(ENDPOINTS.map((name) => [`AWS_ENDPOINT_URL_${name}`, url])),
      DOCKER_STAND_IN_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'rehearsal',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
    },
    play: (next) => {
      calls.length = 0;
      script = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.');
    return { name: `${SERVICES[prefix] ?? prefix} ${operation}`, input: JSON.parse(body) as Call['input'] };
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  return { name: `sts ${form['Action']}`, input: form };
}

function answer(script: Script, call: Call, earlier: readonly Call[]): Answer {
  const reply = script[call.name];
  // Nobody is asked twice for what nobody has written: the SDK does not try this error again.
  return reply === undefined ? new CloudError('AccessDeniedException', `The rehearsal has no ${call.name}`) : reply(call, earlier);
}

interface Written {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function write({ name }: Call, reply: Answer): Written {
  if (name.startsWith('sts ')) return writeXml(name.slice('sts '.length), reply);
  const type = 'application/x-amz-json-1.1';
  if (reply instanceof CloudError) return { status: 400, type, body: JSON.stringify({ __type: reply.code, message: reply.message }) };
  return { status: 200, type, body: JSON.stringify(reply) };
}

function writeXml(action: string, reply: Answer): Written {
  const type = 'text/xml';
  if (reply instanceof CloudError) {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${reply.code}</Code><Message>${reply.message}</Message></Error></ErrorResponse>`;
    return { status: 403, type, body };
  }
  const inner = Object.entries(reply)
    .map(([key, value]) => `<${key}>${String(value)}</${key}>`)
    .join('');
  return {
    status: 200,
    type,
    body: `<${action}Response><${action}Result><Credentials>${inner}</Credentials></${action}Result></${action}Response>`,
  };
}
