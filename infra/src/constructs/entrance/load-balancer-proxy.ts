import {
  AuthorizationType,
  CfnMethod,
  ConnectionType,
  Integration,
  IntegrationType,
  type IAuthorizer,
  type IntegrationConfig,
  type IVpcLink,
  type Method,
  type Resource,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Access tokens carry this scope when their owner logged in through the pool's API; methods without a scope take id tokens only. */
const ACCESS_TOKEN_SCOPE = 'aws.cognito.signin.user.admin';

export interface LoadBalancerProxyProps {
  readonly api: RestApi;
  readonly link: IVpcLink;
  readonly loadBalancer: IApplicationLoadBalancer;
  /** Scheme, host and port of the listener, whose certificate must cover the host. */
  readonly origin: string;
  readonly authorizer: IAuthorizer;
}

/** Sends `/<name>` and everything below to the load balancer: `{proxy+}` does not match the bare path, so there are two resources. */
export function addLoadBalancerProxy(props: LoadBalancerProxyProps, name: string): void {
  const bare = props.api.root.addResource(name);
  addProxyMethod(props, bare, `/${name}`, {});
  addProxyMethod(props, bare.addResource('{proxy+}'), `/${name}/{proxy}`, {
    'integration.request.path.proxy': 'method.request.path.proxy',
  });
}

function addProxyMethod(props: LoadBalancerProxyProps, resource: Resource, path: string, pathParameters: Record<string, string>): void {
  const method = resource.addMethod('ANY', new LoadBalancerIntegration(props, `${props.origin}${path}`, pathParameters), {
    authorizer: props.authorizer,
    authorizationType: AuthorizationType.COGNITO,
    authorizationScopes: [ACCESS_TOKEN_SCOPE],
    requestParameters: Object.fromEntries(Object.values(pathParameters).map((parameter) => [parameter, true])),
  });
  const { defaultChild } = method.node;
  if (!(defaultChild instanceof CfnMethod))
    throw new Error(`${path} cannot be sent to the load balancer: its method has no CloudFormation resource.`);
  defaultChild.addPropertyOverride('Integration.IntegrationTarget', props.loadBalancer.loadBalancerArn);
}

/** A private integration by VPC link V2, whose target is the load balancer itself. aws-cdk-lib 2.276 has no name for the target yet. */
class LoadBalancerIntegration extends Integration {
  constructor(props: LoadBalancerProxyProps, uri: string, requestParameters: Record<string, string>) {
    super({
      type: IntegrationType.HTTP_PROXY,
      integrationHttpMethod: 'ANY',
      uri,
      options: { connectionType: ConnectionType.VPC_LINK, vpcLink: props.link, requestParameters },
    });
  }

  // A deployment is made when its token changes, and CDK can't see the target that is set on the resource afterwards.
  override bind(method: Method): IntegrationConfig {
    return { ...super.bind(method), deploymentToken: JSON.stringify({ target: 'load-balancer' }) };
  }
}
