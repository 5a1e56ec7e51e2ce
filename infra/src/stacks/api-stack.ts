import { PUBLISHERS } from '@torii/contracts';
import { Stack, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  VpcLink as RestVpcLink,
  type Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { addApiAlarms } from '../constructs/entrance/entrance-alarms.ts';
import { addLoadBalancerProxy } from '../constructs/entrance/load-balancer-proxy.ts';
import { MaskedLogGroup } from '../constructs/logs/log-group.ts';
import { addProblemResponses } from '../constructs/entrance/problem-responses.ts';
import { API_PORT, type SecurityGroups } from '../constructs/entrance/security-groups.ts';
import type { SignInPool } from '../constructs/entrance/sign-in-pool.ts';
import { WebAcl } from '../constructs/entrance/web-acl.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { StageStackProps } from './stack-props.ts';

export interface ApiStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  readonly platform: PlatformStack;
  readonly signIn: SignInPool;
  readonly alarmTopic: ITopic;
}

/** The API's front door, for mobile applications and for the frontend: a valid access token, or no way in. */
export class ApiStack extends Stack {
  readonly url: string;
  readonly stage: Stage;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { settings, platform } = props;
    const accessLogs = new MaskedLogGroup(this, 'AccessLogs', { retentionDays: settings.logRetentionDays });
    const api = new RestApi(this, 'Api', {
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'v1',
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        throttlingRateLimit: settings.apiThrottle.rate,
        throttlingBurstLimit: settings.apiThrottle.burst,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: createAccessLogFormat(),
      },
    });
    Validations.of(api).acknowledge(
      { id: 'AwsSolutions-APIG2', reason: 'Services validate, by the schemas of contracts, and say what is wrong.' },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        reason: 'The one role per account that API Gateway logs with.',
      },
    );
    // API Gateway would make it with the first error, and keep everything for ever.
    const executionLogs = new MaskedLogGroup(this, 'ExecutionLogs', {
      retentionDays: settings.logRetentionDays,
      logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/v1`,
    });
    api.deploymentStage.node.addDependency(executionLogs);
    addProblemResponses(api);
    addApiAlarms(this, api.deploymentStage, props.alarmTopic);
    const link = new VpcLink(this, 'Link', {
      vpc: props.vpc,
      subnets: { subnetGroupName: 'app' },
      securityGroups: [props.groups.vpcLink],
    });
    const proxy = {
      api,
      link: RestVpcLink.fromVpcLinkId(this, 'RestLink', link.vpcLinkId),
      loadBalancer: platform.loadBalancer,
      origin: `https://alb.${settings.domainName}:${API_PORT}`,
      authorizer: new CognitoUserPoolsAuthorizer(this, 'Authorizer', { cognitoUserPools: [props.signIn.pool] }),
    };
    for (const name of PUBLISHERS) addLoadBalancerProxy(proxy, name);
    // All browsers' requests come from the frontend through one NAT address: 1000 a second, the stage's own throttle.
    const firewall = new WebAcl(this, 'Firewall', { scope: 'REGIONAL', requestsPerAddress: 300_000 });
    new CfnWebACLAssociation(this, 'FirewallOfStage', { webAclArn: firewall.arn, resourceArn: api.deploymentStage.stageArn });
    this.stage = api.deploymentStage;
    this.url = api.url;
  }
}

/** Who (a pseudonym: the subject), what, how long, which trace; no address, no query, no header. */
function createAccessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTimeEpoch(),
      method: AccessLogField.contextHttpMethod(),
      resource: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      responseBytes: AccessLogField.contextResponseLength(),
      latencyMs: AccessLogField.contextResponseLatency(),
      integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
      subject: AccessLogField.contextAuthorizerClaims('sub'),
      traceId: AccessLogField.contextXrayTraceId(),
      error: AccessLogField.contextErrorResponseType(),
    }),
  );
}
