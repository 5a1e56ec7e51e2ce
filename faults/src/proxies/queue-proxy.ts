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
/** What becomes of calls: passes them on (changed, late, twice), or answers itself. It says `hit` of each that it spoils. */
export type Fault = (call: Call, forward: Forward, hit: () => void) => Promise<Outcome>;
export type Matches = (call: Call) => boolean;

/** A fault that is in force, and what it has done so far. */
export interface FaultInForce {
  end(): void;
  /** Calls that it spoiled. */
  hits(matches?: Matches): number;
}

/** The network and the front of AWS, between the services and the broker. */
export interface QueueProxy {
  readonly endpoint: string;
  /** The last one added sees calls first. */
  use(fault: Fault): FaultInForce;
  /** Connections held by a fault whose clients waited no longer, since it was last restored. */
  abandoned(): number;
  /** Ends every connection that a fault holds. */
  release(): void;
  /** Ends every fault, and every connection that one of them holds. */
  restore(): void;
  close(): Promise<void>;
}

/** @param base always in force, closest to the broker */
export async function startQueueProxy(targetEndpoint: string, base: readonly Fault[]): Promise<QueueProxy> {
  const faults: Force[] = base.map(enforce);
  let abandoned = 0;
  const frozen = new Set<ServerResponse>();
  const target = new URL(targetEndpoint);
  const release = (): void => {
    const held = [...frozen];
    frozen.clear();
    for (const response of held) response.destroy();
  };
  const hold = (response: ServerResponse): void => {
    frozen.add(response);
    response.on('close', () => {
      if (frozen.delete(response)) abandoned += 1;
    });
  };
  const chain = (): Forward =>
    faults.reduce<Forward>(
      (forward, { apply }) =>
        (call) =>
          apply(call, forward),
      (call) => send(target, call),
    );
  const server = createServer((request, response) => {
    void handle(request, chain())
      .catch((): Outcome => 'cut')
      .then((outcome) => {
        if (outcome === 'frozen') hold(response);
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
      const force = enforce(fault);
      faults.push(force);
      const end = (): void => {
        const at = faults.indexOf(force);
        if (at >= 0) faults.splice(at, 1);
      };
      return { end, hits: (matches = () => true) => force.spoiled.filter(matches).length };
    },
    abandoned: () => abandoned,
    release,
    restore: () => {
      faults.splice(base.length);
      abandoned = 0;
      release();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Force {
  readonly apply: (call: Call, forward: Forward) => Promise<Outcome>;
  readonly spoiled: readonly Call[];
}

function enforce(fault: Fault): Force {
  const spoiled: Call[] = [];
  return { spoiled, apply: (call, forward) => fault(call, forward, () => spoiled.push({ ...call, body: Buffer.alloc(0) })) };
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
