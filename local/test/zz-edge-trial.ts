// CloudFront, API Gateway and the load balancer in front of one real upstream server, as the templates wire them.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { close, listen } from '../src/http-server.ts';
import type { Properties, Provider, SpanRecorder } from '../src/provider.ts';
import { createApiGatewayProvider } from '../src/providers/api-gateway/provider.ts';
import { createCloudFrontProvider } from '../src/providers/cloudfront/provider.ts';
import { createLoadBalancerProvider } from '../src/providers/elbv2/provider.ts';
import { createResource, createTrialContext } from './local-context.ts';

type Span = Parameters<SpanRecorder['record']>[0];

export interface EdgeTrial {
  /** `http://localhost:<api>/v1` */
  readonly api: string;
  /** `http://localhost:<web>` */
  readonly web: string;
  readonly spans: Span[];
  readonly accessLog: string[];
  /** What the upstream does with the next requests. */
  answer(listener: RequestListener): void;
  /** Moves API Gateway's and CloudFront's clock. */
  advance(ms: number): void;
  /** Takes every task away, or puts a dead one in its place. */
  setTargets(kind: 'running' | 'none' | 'dead'): void;
  stop(): Promise<void>;
}

/** Tokens of the trial: `good` is an access token with the scope, `narrow` one without, `id` an id token. */
const CLAIMS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  good: { sub: 'user-1', token_use: 'access', scope: 'openid aws.cognito.signin.user.admin' },
  narrow: { sub: 'user-1', token_use: 'access', scope: 'openid' },
  id: { sub: 'user-1', token_use: 'id', aud: 'client' },
};

const SCOPE = 'aws.cognito.signin.user.admin';

export interface EdgeOptions {
  readonly burst?: number;
  readonly integrationTimeoutMs?: number;
}

export async function startEdgeTrial(options: EdgeOptions = {}): Promise<EdgeTrial> {
  const context = await createTrialContext(['api', 'web']);
  const upstream = createUpstream();
  const own = await listen(upstream.server, 0); const port = (options as { upstreamPort?: number }).upstreamPort ?? own;
  let offsetMs = 0;
  let targets: 'running' | 'none' | 'dead' = 'running';
  const spans: Span[] = [];
  const accessLog: string[] = [];
  const now = (): number => Date.now() + offsetMs;
  // Nothing listens on port 1.
  const listTargets = () => (targets === 'none' ? [] : [{ host: '127.0.0.1', port: targets === 'dead' ? 1 : port }]);
  const elbv2 = createLoadBalancerProvider(context, { targets: { listTargets }, now });
  const api = createApiGatewayProvider(context, {
    loadBalancers: elbv2.loadBalancers,
    tokens: {
      verify: async (_arn, token) => (CLAIMS[token] === undefined ? undefined : { ...CLAIMS[token], exp: Math.floor(now() / 1000) + 600 }),
    },
    spans: { record: (span) => void spans.push(span) },
    logs: { write: (_group, line) => void accessLog.push(line) },
    now,
  });
  const web = createCloudFrontProvider(context, { loadBalancers: elbv2.loadBalancers, now });
  await applyTemplates({ elbv2, api, web }, options);
  for (const provider of [elbv2, api, web]) await provider.start?.();
  return {
    api: `http://localhost:${context.ports.api}/v1`,
    web: `http://localhost:${context.ports.web}`,
    spans,
    accessLog,
    answer: upstream.answer,
    advance: (ms) => void (offsetMs += ms),
    setTargets: (kind) => void (targets = kind),
    async stop() {
      for (const provider of [web, api, elbv2]) await provider.stop?.();
      await close(upstream.server);
      await context.cleanUp();
    },
  };
}

export function readAll(request: IncomingMessage): Promise<Buffer> {
  return request.toArray().then((chunks) => Buffer.concat(chunks));
}

/** Answers with what arrived. */
export function echo(request: IncomingMessage, response: ServerResponse): void {
  const answered = readAll(request).then((body) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: body.toString() }));
  });
  // The client went away: so does the answer.
  answered.catch(() => response.destroy());
}

function createUpstream(): { readonly server: Server; answer(listener: RequestListener): void } {
  let current: RequestListener = echo;
  const server = createServer((request, response) => current(request, response));
  return { server, answer: (listener) => void (current = listener) };
}

interface Providers {
  readonly elbv2: Provider;
  readonly api: Provider;
  readonly web: Provider;
}

async function applyTemplates({ elbv2, api, web }: Providers, options: EdgeOptions): Promise<void> {
  const balancer = await apply(elbv2, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Balancer', {
    Scheme: 'internal',
    LoadBalancerAttributes: [{ Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' }],
  });
  const group = await apply(elbv2, 'AWS::ElasticLoadBalancingV2::TargetGroup', 'Group', { Port: 80 });
  const notFound = {
    Type: 'fixed-response',
    FixedResponseConfig: { StatusCode: '404', ContentType: 'application/json', MessageBody: '{"code":"ROUTE_NOT_FOUND"}' },
  };
  for (const [logicalId, port, patterns] of [
    ['Edge', 443, ['/*']],
    ['Api', 8443, ['/catalog', '/catalog/*']],
  ] as const) {
    const listener = await apply(elbv2, 'AWS::ElasticLoadBalancingV2::Listener', logicalId, {
      LoadBalancerArn: balancer,
      Port: port,
      Protocol: 'HTTPS',
      DefaultActions: [notFound],
    });
    await apply(elbv2, 'AWS::ElasticLoadBalancingV2::ListenerRule', `${logicalId}Rule`, {
      ListenerArn: listener,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: patterns } }],
      Actions: [{ Type: 'forward', TargetGroupArn: group }],
    });
  }
  await applyApi(api, balancer, options);
  await applyDistribution(web, balancer);
}

async function applyApi(api: Provider, balancer: string, { burst = 1000, integrationTimeoutMs }: EdgeOptions): Promise<void> {
  const RestApiId = await apply(api, 'AWS::ApiGateway::RestApi', 'RestApi', { Name: 'trial' });
  const AuthorizerId = await apply(api, 'AWS::ApiGateway::Authorizer', 'Authorizer', {
    RestApiId,
    Type: 'COGNITO_USER_POOLS',
    ProviderARNs: ['arn:pool'],
  });
  const addMethod = async (logicalId: string, ResourceId: string, properties: Properties): Promise<void> => {
    await apply(api, 'AWS::ApiGateway::Method', logicalId, {
      RestApiId,
      ResourceId,
      HttpMethod: 'ANY',
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId,
      ...properties,
    });
  };
  const integrate = (path: string, parameters: Readonly<Record<string, string>>): Properties => ({
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'ANY',
    IntegrationTarget: balancer,
    Uri: `https://alb.example.com:8443${path}`,
    RequestParameters: parameters,
    ...(integrationTimeoutMs === undefined ? {} : { TimeoutInMillis: integrationTimeoutMs }),
  });
  for (const name of ['catalog', 'jobs']) {
    const bare = await apply(api, 'AWS::ApiGateway::Resource', name, { RestApiId, ParentId: `${RestApiId}-root`, PathPart: name });
    const below = await apply(api, 'AWS::ApiGateway::Resource', `${name}Proxy`, { RestApiId, ParentId: bare, PathPart: '{proxy+}' });
    await addMethod(`${name}Any`, bare, { AuthorizationScopes: [SCOPE], Integration: integrate(`/${name}`, {}) });
    const parameters = {
      'integration.request.path.proxy': 'method.request.path.proxy',
      'integration.request.header.x-subject': 'context.authorizer.claims.sub',
    };
    await addMethod(`${name}ProxyAny`, below, { AuthorizationScopes: [SCOPE], Integration: integrate(`/${name}/{proxy}`, parameters) });
  }
  const whoami = await apply(api, 'AWS::ApiGateway::Resource', 'whoami', { RestApiId, ParentId: `${RestApiId}-root`, PathPart: 'whoami' });
  await addMethod('WhoamiGet', whoami, { HttpMethod: 'GET', Integration: integrate('/catalog/whoami', {}) });
  await addMethod('WhoamiOptions', whoami, {
    HttpMethod: 'OPTIONS',
    AuthorizationType: 'NONE',
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{ statusCode: 204 }' },
      IntegrationResponses: [{ StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" } }],
    },
  });
  await applyGatewayResponses(api, RestApiId);
  await apply(api, 'AWS::ApiGateway::Stage', 'Stage', {
    RestApiId,
    StageName: 'v1',
    TracingEnabled: true,
    MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 1, ThrottlingBurstLimit: burst }],
    AccessLogSetting: {
      DestinationArn: 'arn:logs',
      Format: '$context.httpMethod $context.resourcePath $context.status $context.authorizer.claims.sub $context.error.responseType',
    },
  });
}

async function applyGatewayResponses(api: Provider, RestApiId: string): Promise<void> {
  for (const [ResponseType, StatusCode] of Object.entries({
    UNAUTHORIZED: 401,
    MISSING_AUTHENTICATION_TOKEN: 404,
    REQUEST_TOO_LARGE: 413,
    THROTTLED: 429,
    INTEGRATION_TIMEOUT: 504,
  })) {
    await apply(api, 'AWS::ApiGateway::GatewayResponse', ResponseType, {
      RestApiId,
      ResponseType,
      StatusCode: String(StatusCode),
      ResponseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
      ResponseTemplates: {
        'application/json': `{"status":${StatusCode},"code":"${ResponseType}","correlationId":"$context.requestId","detail":$context.error.messageString}`,
      },
    });
  }
}

async function applyDistribution(web: Provider, balancer: string): Promise<void> {
  const VpcOriginId = await apply(web, 'AWS::CloudFront::VpcOrigin', 'VpcOrigin', {
    VpcOriginEndpointConfig: { Arn: balancer, HTTPSPort: 443, OriginProtocolPolicy: 'https-only' },
  });
  const shared = { TargetOriginId: 'origin', Compress: true, ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03' };
  await apply(web, 'AWS::CloudFront::Distribution', 'Distribution', {
    DistributionConfig: {
      Origins: [{ Id: 'origin', DomainName: 'alb.example.com', VpcOriginConfig: { VpcOriginId } }],
      DefaultCacheBehavior: {
        ...shared,
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
      },
      CacheBehaviors: [{ ...shared, PathPattern: '/assets/*', CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6' }],
    },
  });
}

async function apply(provider: Provider, type: string, logicalId: string, properties: Properties): Promise<string> {
  const handler = provider.types[type];
  if (handler === undefined) throw new Error(`${type} is not provided`);
  const { physicalId } = await handler.apply(createResource(type, logicalId, properties), undefined);
  return physicalId;
}
