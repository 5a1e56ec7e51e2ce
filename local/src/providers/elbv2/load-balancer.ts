import {
  firstHeader,
  pathOf,
  queryOf,
  respondWith,
  UpstreamError,
  type EdgeHandler,
  type EdgeRequest,
  type Respond,
} from '../../edge/exchange.ts';
import { loadBalancerTraceHeader } from '../../edge/trace-header.ts';
import type { Target, Upstreams } from '../../edge/upstream.ts';
import type { TargetDirectory } from '../../provider.ts';
import { chooseTargetGroup, createLocation, type Action } from './actions.ts';
import type { Condition } from './conditions.ts';

export interface Rule {
  readonly priority: number;
  readonly matches: Condition;
  readonly action: Action;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  /** `http` or `https`: what the services are told; between processes here it is always plain HTTP. */
  readonly protocol: string;
  readonly defaultAction: Action;
}

export interface LoadBalancer {
  readonly arn: string;
  readonly dnsName: string;
  readonly dropsInvalidHeaders: boolean;
  readonly idleTimeoutMs: number;
}

export interface ListenerParts {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  /** In order of priority. */
  readonly rules: readonly Rule[];
  readonly targets: TargetDirectory;
  readonly upstreams: Upstreams;
  /** In [0, 1). */
  readonly random: () => number;
  readonly now: () => number;
}

/** One listener's behaviour: first matching rule, round robin among the healthy targets, the load balancer's own headers. */
export function createListenerHandler(parts: ListenerParts): EdgeHandler {
  const turns = new Map<string, number>();
  return async (request, respond) => {
    const action = parts.rules.find((rule) => rule.matches(request))?.action ?? parts.listener.defaultAction;
    if (action.kind === 'fixed-response') {
      respondWith(respond, { status: action.status, headers: ownHeaders(action.contentType) }, action.body);
    } else if (action.kind === 'redirect') {
      redirect(parts.listener, action, { request, respond });
    } else {
      const target = chooseTarget(parts, action, turns);
      if (target === undefined) respondWithPage(respond, 503);
      else await forward(parts, target, { request, respond });
    }
  };
}

interface Exchange {
  readonly request: EdgeRequest;
  readonly respond: Respond;
}

function chooseTarget(
  { targets, random }: ListenerParts,
  action: Action & { readonly kind: 'forward' },
  turns: Map<string, number>,
): Target | undefined {
  const group = chooseTargetGroup(action.targets, random());
  if (group === undefined) return undefined;
  const healthy = targets.listTargets(group);
  const turn = turns.get(group) ?? 0;
  turns.set(group, turn + 1);
  return healthy[turn % healthy.length];
}

async function forward(parts: ListenerParts, target: Target, { request, respond }: Exchange): Promise<void> {
  const idleTimeoutMs = parts.loadBalancer.idleTimeoutMs;
  try {
    await parts.upstreams.forward(target, { ...request, headers: forwardedHeaders(parts, request) }, respond);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.kind === 'client-gone') throw error;
    // The caller's patience ended before the load balancer's: the refusal is the caller's to word.
    if (error.kind === 'timeout' && (request.patienceMs ?? Infinity) < idleTimeoutMs) throw error;
    respondWithPage(respond, error.kind === 'timeout' ? 504 : 502);
  }
}

/** Header names that `drop_invalid_header_fields` lets through. */
const VALID_HEADER = /^[-a-z0-9]+$/;

function forwardedHeaders({ loadBalancer, listener, now }: ListenerParts, request: EdgeRequest): EdgeRequest['headers'] {
  const headers: EdgeRequest['headers'] = {};
  for (const name in request.headers) {
    if (!loadBalancer.dropsInvalidHeaders || VALID_HEADER.test(name)) headers[name] = request.headers[name];
  }
  const earlier = firstHeader(headers, 'x-forwarded-for');
  headers['x-forwarded-for'] = earlier === undefined ? request.clientAddress : `${earlier}, ${request.clientAddress}`;
  headers['x-forwarded-proto'] = listener.protocol;
  headers['x-forwarded-port'] = String(listener.port);
  headers['x-amzn-trace-id'] = loadBalancerTraceHeader(firstHeader(headers, 'x-amzn-trace-id'), now());
  return headers;
}

function redirect(listener: Listener, action: Action & { readonly kind: 'redirect' }, { request, respond }: Exchange): void {
  const location = createLocation(action.to, {
    protocol: listener.protocol,
    host: (request.headers.host ?? '').replace(/:\d+$/, ''),
    port: listener.port,
    path: pathOf(request.path),
    query: queryOf(request.path),
  });
  respondWith(respond, { status: action.status, headers: { ...ownHeaders('text/html'), location } }, '');
}

const TITLES: Readonly<Record<number, string>> = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** The page that AWS's load balancer shows itself, to the letter. */
function respondWithPage(respond: Respond, status: 502 | 503 | 504): void {
  const title = TITLES[status] ?? '';
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  respondWith(respond, { status, headers: ownHeaders('text/html') }, body);
}

function ownHeaders(contentType: string): Readonly<Record<string, string>> {
  return { server: 'awselb/2.0', 'content-type': contentType };
}
