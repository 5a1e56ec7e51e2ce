import { createHash } from 'node:crypto';
import { respondWith, type EdgeHandler, type EdgeRequest, type Respond } from '../../edge/exchange.ts';
import { createEdgeServer } from '../../edge/server.ts';
import { close, listen } from '../../http-server.ts';
import type { LocalContext, Provider, Resource, ResourceHandler, ResourceState, SpanRecorder, TokenAuthority } from '../../provider.ts';
import { requiredText, textOf } from '../../read-value.ts';
import type { LoadBalancers } from '../elbv2/provider.ts';
import type { LogWriter } from './access-log.ts';
import { assembleStage, rootResourceId, type AppliedPart } from './definition.ts';
import { createStageHandler } from './stage.ts';

export interface ApiGatewayParts {
  /** Where private integrations lead. */
  readonly loadBalancers: LoadBalancers;
  /** Cognito authorizers ask here. */
  readonly tokens: TokenAuthority;
  readonly spans: SpanRecorder;
  /** Access logs go here. */
  readonly logs: LogWriter;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** REST APIs on the `api` port: `http://localhost:<api>/<stage>/…`, as `https://<id>.execute-api.<region>.amazonaws.com/<stage>/…` in AWS. */
export function createApiGatewayProvider(context: LocalContext, parts: ApiGatewayParts): Provider {
  const applied = new Map<string, AppliedPart>();
  const now = parts.now ?? Date.now;
  const stages = new Map<string, EdgeHandler>();
  const server = createEdgeServer(
    (request, respond) => routeToStage(stages, request, respond),
    (error) =>
      context.log('error', 'A call to the API failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  const keep = (identify: Identify, replacedBy: readonly string[] = []): ResourceHandler => keepingHandler(applied, identify, replacedBy);
  return {
    types: {
      'AWS::ApiGateway::RestApi': keep(identifyApi),
      'AWS::ApiGateway::Resource': keep(
        (resource) => ({ physicalId: shortId(resource), attributes: { ResourceId: shortId(resource) } }),
        ['RestApiId', 'ParentId', 'PathPart'],
      ),
      'AWS::ApiGateway::Method': keep(
        (resource) => ({ physicalId: shortId(resource), attributes: {} }),
        ['RestApiId', 'ResourceId', 'HttpMethod'],
      ),
      'AWS::ApiGateway::Authorizer': keep(
        (resource) => ({ physicalId: shortId(resource), attributes: { AuthorizerId: shortId(resource) } }),
        ['RestApiId'],
      ),
      'AWS::ApiGateway::GatewayResponse': keep(
        (resource) => ({ physicalId: shortId(resource), attributes: { Id: shortId(resource) } }),
        ['RestApiId', 'ResponseType'],
      ),
      'AWS::ApiGateway::Deployment': keep(
        (resource) => ({ physicalId: shortId(resource), attributes: { DeploymentId: shortId(resource) } }),
        ['RestApiId'],
      ),
      'AWS::ApiGateway::Stage': keep(
        (resource) => ({ physicalId: requiredText(resource.properties, 'StageName'), attributes: {} }),
        ['RestApiId', 'StageName'],
      ),
      'AWS::ApiGateway::Account': keep((resource) => ({ physicalId: shortId(resource), attributes: { Id: shortId(resource) } })),
      'AWS::ApiGatewayV2::VpcLink': keep(
        (resource) => ({ physicalId: shortId(resource), attributes: { VpcLinkId: shortId(resource) } }),
        ['SecurityGroupIds', 'SubnetIds'],
      ),
    },
    async start() {
      const all = [...applied.values()];
      for (const stage of all.filter((part) => part.type === 'AWS::ApiGateway::Stage')) {
        const assembled = assembleStage(stage, all, {
          accountId: context.accountId,
          loadBalancers: parts.loadBalancers,
          tokens: parts.tokens,
          logs: parts.logs,
        });
        stages.set(assembled.name, createStageHandler(assembled, { spans: parts.spans, now }));
      }
      await listen(server, context.ports.api);
    },
    stop: () => close(server),
  };
}

/** `/v1/catalog` → stage `v1`, path `/catalog`. Without such a stage AWS says just this. */
async function routeToStage(stages: ReadonlyMap<string, EdgeHandler>, request: EdgeRequest, respond: Respond): Promise<void> {
  const [, name = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(request.path) ?? [];
  const stage = stages.get(name);
  if (stage === undefined) {
    respondWith(
      respond,
      { status: 403, headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' } },
      '{"message":"Forbidden"}',
    );
    return;
  }
  await stage({ ...request, path: rest.startsWith('/') ? rest : `/${rest}` }, respond);
}

type Identify = (resource: Resource) => ResourceState;

/** Ten characters, the same every time for the same resource: addresses survive a restart and a lost state. */
function shortId(resource: Resource): string {
  const digest = createHash('sha256')
    .update(`${resource.stack}/${resource.logicalId}/${replacingProperties(resource)}`)
    .digest();
  return BigInt(`0x${digest.subarray(0, 8).toString('hex')}`)
    .toString(36)
    .slice(0, 10)
    .padStart(10, '0');
}

/** What makes a resource another one is part of its id, so that a replacement never has its predecessor's. */
function replacingProperties({ properties }: Resource): string {
  const names = ['RestApiId', 'ParentId', 'PathPart', 'ResourceId', 'HttpMethod', 'ResponseType', 'SubnetIds', 'SecurityGroupIds'];
  return JSON.stringify(names.map((name) => properties[name] ?? null));
}

function identifyApi(resource: Resource): ResourceState {
  const id = shortId(resource);
  return { physicalId: id, attributes: { RestApiId: id, RootResourceId: rootResourceId(id) } };
}

/** Resources only take effect together, when the stage is put together at the start. */
function keepingHandler(applied: Map<string, AppliedPart>, identify: Identify, replacedBy: readonly string[]): ResourceHandler {
  return {
    replacedBy,
    async apply(resource) {
      const state = identify(resource);
      applied.set(`${resource.type} ${textOf(resource.properties['RestApiId']) ?? ''} ${state.physicalId}`, {
        ...resource,
        physicalId: state.physicalId,
      });
      return state;
    },
    async remove(resource) {
      applied.delete(`${resource.type} ${textOf(resource.properties['RestApiId']) ?? ''} ${resource.physicalId}`);
    },
  };
}
