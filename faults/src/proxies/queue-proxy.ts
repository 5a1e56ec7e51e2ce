import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request to SQS, SNS or S3. */
export interface Call {
  readonly service: 'sqs' | 'sns' | 's3';
  /** `SendMessageBatch`, `PublishBatch`, …; for S3 the HTTP method. */
  readonly operation: string;
  /** Name of the queue or topic; empty for S3. */
  readonly target: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `cut`: the connection ends without an answer. `frozen`: it stays open without one. */
export type Outcome = Reply | 'cut' | 'frozen';
export type Forward = (call: Call) => Promise<Outcome>;
/** What becomes of calls: passes them on (changed, late, twice), or answers itself. */
export type Fault = (call: Call, forward: Forward) => Promise<Outcome>;

/** The network and the front of AWS, between the services and the broker. */
export interface QueueProxy {
  readonly endpoint: string;
  /** The last one added sees calls first. @returns a function that ends the fault */
  use(fault: Fault): () => void;
  /** Ends every connection that a fault holds. */
  release(): void;
  /** Ends every fault, and every connection that one of them holds. */
  restore(): void;
  close(): Promise<void>;
}

/** @param base always in force, closest to the broker */
export async function startQueueProxy(targetEndpoint: string, base: readonly Fault[]): Promise<QueueProxy> {
  const faults: Fault[] = [...base];
  const frozen = new Set<ServerResponse>();
  const target = new URL(targetEndpoint);
  const release = (): void => frozen.forEach((response) => response.destroy());
  const chain = (): Forward =>
    faults.reduce<Forward>(
      (forward, fault) => (call) => fault(call, forward),
      (call) => send(target, call),
    );
  const server = createServer((request, response) => {
    void handle(request, chain())
      .catch((): Outcome => 'cut')
      .then((outcome) => {
        if (outcome === 'frozen') frozen.add(response.on('close', () => frozen.delete(response)));
        else if (outcome === 'cut') response.destroy();
        else answer(response, outcome, request.method === 'HEAD');
      });
  });
  // SDKs keep connections; one that is closed while a request is on its way would be a fault nobody asked for.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    use: (fault) => {
      faults.push(fault);
      return () => {
        const at = faults.indexOf(fault);
        if (at >= 0) faults.splice(at, 1);
      };
    },
    release,
    restore: () => {
      faults.splice(base.length);
      release();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The length that the answer to HEAD tells is that of an object, not of the answer. */
function answer(response: ServerResponse, { status, headers, body }: Reply, isHead: boolean): void {
  response.writeHead(status, isHead ? headers : { ...headers, 'content-length': String(body.length) }).end(body);
}

async function handle(request: IncomingMessage, forward: Forward): Promise<Outcome> {
  const body = await buffer(request);
  return forward(toCall(request, body));
}

function toCall(request: IncomingMessage, body: Buffer): Call {
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const base = { method: request.method ?? 'GET', path: request.url ?? '/', headers, body };
  const target = headers['x-amz-target'];
  if (target?.startsWith('AmazonSQS.')) {
    const url = /"QueueUrl"\s*:\s*"([^"]+)"/.exec(body.toString('utf8'))?.[1] ?? '';
    return { ...base, service: 'sqs', operation: target.slice('AmazonSQS.'.length), target: url.slice(url.lastIndexOf('/') + 1) };
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true)
    return { ...base, service: 's3', operation: base.method, target: '' };
  const form = new URLSearchParams(body.toString('utf8'));
  const arn = form.get('TopicArn') ?? '';
  return { ...base, service: 'sns', operation: form.get('Action') ?? '', target: arn.slice(arn.lastIndexOf(':') + 1) };
}

function send(target: URL, call: Call): Promise<Outcome> {
  return new Promise((resolve) => {
    const outgoing = sendRequest(
      {
        host: target.hostname,
        port: target.port,
        method: call.method,
        path: call.path,
        // The host stays as it was signed.
        headers: { ...call.headers, 'content-length': String(call.body.length) },
      },
      (answer) => {
        buffer(answer).then(
          (body) => resolve({ status: answer.statusCode ?? 502, headers: replyHeaders(answer), body }),
          () => resolve('cut'),
        );
      },
    );
    outgoing.on('error', () => resolve('cut'));
    outgoing.end(call.body);
  });
}

function replyHeaders(answer: IncomingMessage): Readonly<Record<string, string>> {
  const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding']);
  return Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) => (typeof value === 'string' && !dropped.has(name) ? [[name, value]] : [])),
  );
}
