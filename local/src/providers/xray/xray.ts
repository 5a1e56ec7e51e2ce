// X-Ray: the OTLP receiver that the collector sidecar is in AWS, and the traces it has received.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { close, isLocalRequest, listen, readBody, sendJson } from '../../http-server.ts';
import { maskText } from '../../mask.ts';
import { AwsError, type LocalContext, type Provider, type SpanRecorder, type Value } from '../../provider.ts';
import { parseOtlpSpans } from './parse-otlp.ts';
import { createSpanStore, type SpanAttribute, type SpanStore } from './span-store.ts';

export interface XrayProvider extends Provider, SpanRecorder {
  readonly traces: SpanStore;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const decompress = promisify(gunzip);

export function createXrayProvider(context: {
  readonly ports: Pick<LocalContext['ports'], 'otlp'>;
  readonly log: LocalContext['log'];
}): XrayProvider {
  const traces = createSpanStore();
  const server = createServer((request, response) => {
    receive(request, response, traces).catch((error: unknown) => {
      const status = error instanceof AwsError ? error.status : 400;
      context.log('debug', `Spans cannot be taken: ${error instanceof Error ? error.message : String(error)}`);
      sendJson(response, status, { message: 'The spans cannot be read' });
    });
  });
  return {
    types: {},
    traces,
    record: ({ endMs, error, attributes, ...span }) =>
      traces.add({
        ...span,
        durationMs: Math.max(0, endMs - span.startMs),
        error: error ?? false,
        attributes: maskAttributes(attributes ?? {}),
      }),
    start: async () => void (await listen(server, context.ports.otlp)),
    stop: () => close(server),
  };
}

async function receive(request: IncomingMessage, response: ServerResponse, traces: SpanStore): Promise<void> {
  if (!isLocalRequest(request)) return sendJson(response, 403, { message: 'Spans are taken from localhost only' });
  const body = await readBody(request, MAX_BODY_BYTES);
  // Metrics and logs are taken too, and dropped: an exporter that fails would fill the logs with it.
  if (request.url !== '/v1/traces') return sendJson(response, request.method === 'POST' ? 200 : 404, {});
  if (request.headers['content-type']?.includes('json') !== true)
    return sendJson(response, 415, { message: 'Spans are taken as JSON: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json' });
  const bytes = request.headers['content-encoding'] === 'gzip' ? await decompress(body, { maxOutputLength: 8 * MAX_BODY_BYTES }) : body;
  for (const span of parseOtlpSpans(parseJson(bytes))) traces.add(span);
  sendJson(response, 200, { partialSuccess: {} });
}

function parseJson(bytes: Buffer): Value {
  return JSON.parse(bytes.toString('utf8')) as Value;
}

function maskAttributes(attributes: Readonly<Record<string, SpanAttribute>>): Readonly<Record<string, SpanAttribute>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? maskText(value) : value]));
}
