import { Transform, type TransformCallback } from 'node:stream';
import { queryOf, respondWith, UpstreamError, type EdgeHandler, type EdgeRequest, type Respond } from '../../edge/exchange.ts';
import { traceHeaders } from '../../edge/trace-header.ts';
import type { Properties } from '../../provider.ts';
import { numberOf, recordOf, recordsOf, requiredText, textMapOf, textOf } from '../../read-value.ts';
import type { LoadBalancers } from '../elbv2/provider.ts';
import type { CallContext } from './call-context.ts';
import { GatewayFault, resolveMapping } from './gateway-responses.ts';

/** Answers a call that has been let in. `spanId` is this gateway's span, the parent of the service's. */
export type Integration = (call: CallContext, respond: Respond, spanId: string) => Promise<void>;

// API Gateway's limits.
export const LARGEST_PAYLOAD_BYTES = 10_485_760;
const LONGEST_TIMEOUT_MS = 29_000;

/** @throws Error when the template's integration leads nowhere on this machine */
export function createIntegration(properties: Properties, loadBalancers: LoadBalancers): Integration {
  const type = textOf(properties['Type']);
  if (type === 'MOCK') return createMock(properties);
  if (type === 'HTTP_PROXY') return createProxy(properties, loadBalancers);
  throw new Error(`An integration of type ${type ?? 'unknown'} is not supported`);
}

function createProxy(properties: Properties, loadBalancers: LoadBalancers): Integration {
  const uri = requiredText(properties, 'Uri');
  const { host, pathTemplate, listener } = resolveListener(properties, uri, loadBalancers);
  const mappings = Object.entries(textMapOf(properties['RequestParameters']));
  const method = textOf(properties['IntegrationHttpMethod']) ?? 'ANY';
  const patienceMs = Math.min(numberOf(properties['TimeoutInMillis']) ?? LONGEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS);
  return async (call, respond, spanId) => {
    const { request } = call;
    const outgoing: EdgeRequest = {
      ...request,
      method: method === 'ANY' ? request.method : method,
      path: createPath(pathTemplate, mappings, call),
      headers: createHeaders(mappings, { host, spanId }, call),
      body: limitBody(request),
      patienceMs,
    };
    await listener(outgoing, respond).catch((error: unknown) => {
      throw toFault(error);
    });
  };
}

/** By the integration's target when it names a load balancer, else by the host of the URI; the port is the URI's in any case. */
function resolveListener(
  properties: Properties,
  uri: string,
  loadBalancers: LoadBalancers,
): { readonly host: string; readonly pathTemplate: string; readonly listener: EdgeHandler } {
  const [, scheme = '', host = '', hostname = '', port, pathTemplate = '/'] = /^(https?):\/\/(([^/:]+)(?::(\d+))?)(\/.*)?$/.exec(uri) ?? [];
  const portNumber = Number(port ?? (scheme === 'https' ? 443 : 80));
  const target = textOf(properties['IntegrationTarget']);
  const listener = loadBalancers.findListener(target ?? hostname, portNumber);
  if (listener === undefined) throw new Error(`${uri} cannot be reached: no load balancer of the templates listens there`);
  return { host, pathTemplate, listener };
}

type Mappings = readonly (readonly [string, string])[];

function createPath(template: string, mappings: Mappings, call: CallContext): string {
  const path = template.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const mapping = mappings.find(([target]) => target === `integration.request.path.${name}`)?.[1];
    const value = mapping === undefined ? undefined : resolveMapping(mapping, call);
    if (value === undefined) throw new GatewayFault('API_CONFIGURATION_ERROR');
    return value;
  });
  const query = queryOf(call.request.path);
  return query === '' ? path : `${path}?${query}`;
}

function createHeaders(
  mappings: Mappings,
  { host, spanId }: { readonly host: string; readonly spanId: string },
  call: CallContext,
): EdgeRequest['headers'] {
  const { request } = call;
  const headers: EdgeRequest['headers'] = {
    ...request.headers,
    host,
    ...traceHeaders(call.trace, spanId),
    'x-amzn-apigateway-api-id': call.apiId,
  };
  headers['x-forwarded-for'] = [request.headers['x-forwarded-for'], request.clientAddress].flat().filter(Boolean).join(', ');
  for (const [target, mapping] of mappings) {
    const [, name] = /^integration\.request\.header\.(.+)$/.exec(target) ?? [];
    const value = name === undefined ? undefined : resolveMapping(mapping, call);
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** A body without a length is counted as it passes; one with a length was judged by it already. */
function limitBody({ body, headers }: EdgeRequest): EdgeRequest['body'] {
  if (body === undefined || headers['content-length'] !== undefined) return body;
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      bytes += chunk.length;
      if (bytes > LARGEST_PAYLOAD_BYTES) done(new GatewayFault('REQUEST_TOO_LARGE'));
      else done(null, chunk);
    },
  });
  body.once('error', (error) => counter.destroy(error));
  counter.once('close', () => body.destroy());
  return body.pipe(counter);
}

function toFault(error: unknown): unknown {
  if (!(error instanceof UpstreamError) || error.kind === 'client-gone') return error;
  return new GatewayFault(error.kind === 'timeout' ? 'INTEGRATION_TIMEOUT' : 'INTEGRATION_FAILURE');
}

/** Answers from the template alone, as CORS preflight methods do. */
function createMock(properties: Properties): Integration {
  const template = Object.values(textMapOf(properties['RequestTemplates']))[0] ?? '';
  const status = /"?statusCode"?\s*:\s*(\d{3})/.exec(template)?.[1] ?? '200';
  const response = recordsOf(properties['IntegrationResponses']).find((candidate) => textOf(candidate['StatusCode']) === status) ?? {};
  const headers = Object.entries(textMapOf(response['ResponseParameters'])).map(
    ([name, value]) => [name.replace(/^method\.response\.header\./, '').toLowerCase(), value.replace(/^'(.*)'$/s, '$1')] as const,
  );
  const body = Object.values(textMapOf(recordOf(response['ResponseTemplates'])))[0] ?? '';
  return async (_call, respond) => respondWith(respond, { status: Number(status), headers: Object.fromEntries(headers) }, body);
}
