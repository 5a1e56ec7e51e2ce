import type { Properties, Resource } from '../../provider.ts';
import { requiredText, textOf, textsOf, recordOf, flagOf } from '../../read-value.ts';
import type { TokenAuthority } from '../../provider.ts';
import type { LoadBalancers } from '../elbv2/provider.ts';
import { createAccessLog, type LogWriter } from './access-log.ts';
import { createAuthorizer, type Authorizer } from './authorizer.ts';
import { parseGatewayResponse } from './gateway-responses.ts';
import { createIntegration } from './integration.ts';
import type { RouteNode } from './route-tree.ts';
import type { ApiMethod, Stage } from './stage.ts';
import { createThrottle } from './throttle.ts';

/** A resource of the template with the physical id it has here. */
export interface AppliedPart extends Resource {
  readonly physicalId: string;
}

export interface AssemblyParts {
  readonly accountId: string;
  readonly loadBalancers: LoadBalancers;
  readonly tokens: TokenAuthority;
  readonly logs: LogWriter;
}

/** What a stage serves, put together from the API's resources. @throws Error naming the method that cannot work here */
export function assembleStage(stage: AppliedPart, all: readonly AppliedPart[], parts: AssemblyParts): Stage {
  const apiId = requiredText(stage.properties, 'RestApiId');
  const ofApi = (kind: string): readonly AppliedPart[] =>
    all.filter((part) => part.type === `AWS::ApiGateway::${kind}` && (part.physicalId === apiId || part.properties['RestApiId'] === apiId));
  const api = ofApi('RestApi')[0];
  const authorizers = new Map(ofApi('Authorizer').map((part) => [part.physicalId, createAuthorizer(part.properties, parts.tokens)]));
  const toMethod = (part: AppliedPart): ApiMethod => assembleMethod(part, authorizers, parts);
  return {
    name: requiredText(stage.properties, 'StageName'),
    apiId,
    apiName: textOf(api?.properties['Name']) ?? apiId,
    accountId: parts.accountId,
    root: assembleNode({ id: rootResourceId(apiId), path: '' }, { resources: ofApi('Resource'), methods: ofApi('Method'), toMethod }),
    responses: ofApi('GatewayResponse').map((part) => parseGatewayResponse(part.properties)),
    throttle: createThrottle(stage.properties),
    tracing: flagOf(stage.properties['TracingEnabled']) === true,
    writeAccessLog: createAccessLog(stage.properties, parts.logs),
  };
}

/** The API's root has no resource of its own in a template. */
export function rootResourceId(apiId: string): string {
  return `${apiId}-root`;
}

interface Tree {
  readonly resources: readonly AppliedPart[];
  readonly methods: readonly AppliedPart[];
  readonly toMethod: (part: AppliedPart) => ApiMethod;
}

function assembleNode({ id, path }: { readonly id: string; readonly path: string }, tree: Tree): RouteNode<ApiMethod> {
  const methods = tree.methods.filter((part) => part.properties['ResourceId'] === id);
  const children = tree.resources.filter((part) => part.properties['ParentId'] === id);
  return {
    resourcePath: path === '' ? '/' : path,
    methods: new Map(methods.map((part) => [requiredText(part.properties, 'HttpMethod').toUpperCase(), tree.toMethod(part)])),
    children: new Map(
      children.map((part) => {
        const pathPart = requiredText(part.properties, 'PathPart');
        return [pathPart, assembleNode({ id: part.physicalId, path: `${path}/${pathPart}` }, tree)];
      }),
    ),
  };
}

function assembleMethod(part: AppliedPart, authorizers: ReadonlyMap<string, Authorizer>, parts: AssemblyParts): ApiMethod {
  try {
    return {
      httpMethod: requiredText(part.properties, 'HttpMethod').toUpperCase(),
      authorizer: findAuthorizer(part.properties, authorizers),
      scopes: textsOf(part.properties['AuthorizationScopes']),
      integration: createIntegration(recordOf(part.properties['Integration']), parts.loadBalancers),
    };
  } catch (error) {
    throw new Error(
      `API method ${part.stack}/${part.logicalId} cannot be served: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** A method that asks for an authorizer must get one: never let it through for want of it. */
function findAuthorizer(properties: Properties, authorizers: ReadonlyMap<string, Authorizer>): Authorizer | undefined {
  const type = textOf(properties['AuthorizationType']) ?? 'NONE';
  if (type === 'NONE') return undefined;
  const authorizer = authorizers.get(textOf(properties['AuthorizerId']) ?? '');
  if (authorizer === undefined) throw new Error(`its authorization ${type} is not supported or has no authorizer`);
  return authorizer;
}
