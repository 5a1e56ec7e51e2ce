// The AWS JSON protocol: `X-Amz-Target: <prefix>.<Operation>`, JSON in, JSON out. One dispatcher serves the control
// listener (EventBridge, Secrets Manager, SSM over http) and Cognito's (over https, with its own pages beside it).
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, isLocalRequest, listen, readBody, sendJson } from './http-server.ts';
import { AwsError, type JsonOperation } from './provider.ts';

/** By target prefix, for example `AWSEvents`, then by operation, for example `PutEvents`. */
export type OperationTable = Readonly<Record<string, Readonly<Record<string, JsonOperation>>>>;
export type UnexpectedErrorListener = (target: string, error: unknown) => void;

/** EventBridge takes 1 MB in one PutEvents; nothing here takes more. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Answers one request; never throws. */
export function createJsonDispatcher(
  operations: OperationTable,
  onUnexpectedError: UnexpectedErrorListener,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
    response.setHeader('x-amzn-requestid', randomUUID());
    try {
      if (!isLocalRequest(request)) throw new AwsError('AccessDeniedException', 'This endpoint answers to localhost only', 403);
      const operation = findOperation(operations, target);
      const input = parseInput(await readBody(request, MAX_BODY_BYTES));
      sendJson(response, 200, (await operation(input, stringHeaders(request))) ?? {}, contentType);
    } catch (error) {
      if (!(error instanceof AwsError)) onUnexpectedError(target, error);
      const known =
        error instanceof AwsError
          ? error
          : new AwsError('InternalFailure', 'The request could not be processed: see the log of the platform', 500);
      response.setHeader('x-amzn-errortype', known.code);
      sendJson(response, known.status, { __type: known.code, message: known.message }, contentType);
    }
  };
}

export interface ControlServer {
  /** Resolves with the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

export function createControlServer(options: {
  readonly port: number;
  readonly operations: OperationTable;
  readonly onUnexpectedError: UnexpectedErrorListener;
}): ControlServer {
  const dispatch = createJsonDispatcher(options.operations, options.onUnexpectedError);
  const server = createServer((request, response) => void dispatch(request, response));
  return { start: () => listen(server, options.port), stop: () => close(server) };
}

function findOperation(operations: OperationTable, target: string): JsonOperation {
  const dot = target.lastIndexOf('.');
  const [prefix, name] = [target.slice(0, Math.max(dot, 0)), target.slice(dot + 1)];
  const table = Object.hasOwn(operations, prefix) ? operations[prefix] : undefined;
  const operation = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  if (operation === undefined)
    throw new AwsError('UnknownOperationException', `${target || 'A request without X-Amz-Target'} does not work on this machine`);
  return operation;
}

function parseInput(body: Buffer): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch {
    // Said below, the same way as for a body that is JSON but no object.
  }
  throw new AwsError('SerializationException', 'The body is no JSON object');
}

function stringHeaders(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
