// Stands before the broker's SQS and answers in its place where a test wants that: SQS that is late, refuses or is away.
import { createServer, type IncomingMessage } from 'node:http';

export interface SqsCall {
  /** Such as `SendMessageBatch`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What SQS itself answers. */
  forward(input?: object): Promise<SqsAnswer>;
}

export interface SqsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SqsProxy {
  readonly url: string;
  /** Undefined: SQS answers as it does. */
  intercept(answer: ((call: SqsCall) => Promise<SqsAnswer> | SqsAnswer) | undefined): void;
  stop(): Promise<void>;
}

/** Not one that the SDK tries again. */
export const DENIED: SqsAnswer = { status: 403, body: { __type: 'com.amazonaws.sqs#AccessDenied', message: 'no longer allowed' } };

export async function startSqsProxy(endpoint: string): Promise<SqsProxy> {
  let answer: Parameters<SqsProxy['intercept']>[0];
  const server = createServer((request, response) => {
    const handle = async (): Promise<void> => {
      const call = await parseCall(request, endpoint);
      const { status, body } = await (answer === undefined ? call.forward() : answer(call));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    };
    handle().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    intercept: (next) => (answer = next),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function parseCall(request: IncomingMessage, endpoint: string): Promise<SqsCall> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const headers = Object.fromEntries(
    ['x-amz-target', 'content-type', 'authorization', 'x-amz-date'].map((name) => [name, String(request.headers[name] ?? '')]),
  );
  const input = JSON.parse(text) as SqsCall['input'];
  return {
    operation: headers['x-amz-target']?.split('.')[1] ?? '',
    input,
    forward: async (changed = input) => {
      const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(changed) });
      const body = await response.text();
      return { status: response.status, body: (body === '' ? {} : JSON.parse(body)) as SqsAnswer['body'] };
    },
  };
}
