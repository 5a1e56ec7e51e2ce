import { problemType } from '@torii/contracts';
import { Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights, type ICluster } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  SslPolicy,
  type ApplicationListener,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { asInterface } from '../constructs/as-interface.ts';
import { addCertificateAlarm } from '../constructs/entrance/certificate-alarm.ts';
import { addLoadBalancerAlarm } from '../constructs/entrance/entrance-alarms.ts';
import { LogBucket } from '../constructs/logs/log-bucket.ts';
import { API_PORT, EDGE_PORT, TEST_PORT, type SecurityGroups } from '../constructs/entrance/security-groups.ts';
import type { StageStackProps } from './stack-props.ts';

export interface PlatformStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  readonly alarmTopic: ITopic;
}

/** A load balancer's own answers know a few content types only; application/problem+json is not one of them. */
const NOT_FOUND = {
  contentType: 'application/json',
  messageBody: JSON.stringify({ type: problemType('ROUTE_NOT_FOUND'), title: 'Not found', status: 404, code: 'ROUTE_NOT_FOUND' }),
};

/** What services run on and are reached through. */
export class PlatformStack extends Stack {
  readonly cluster: ICluster;
  readonly loadBalancer: ApplicationLoadBalancer;
  /** CloudFront's entry: the frontend only. */
  readonly edgeListener: ApplicationListener;
  /** API Gateway's entry: the backends. */
  readonly apiListener: ApplicationListener;
  /** The smoke tests' entry: every service's next release. */
  readonly testListener: ApplicationListener;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id, props);
    const { settings, vpc, groups } = props;
    this.cluster = asInterface<ICluster>(this.#createCluster(props));
    // Internal: CloudFront's VPC origin and API Gateway's VPC link both come to private subnets.
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: false,
      vpcSubnets: { subnetGroupName: 'app' },
      securityGroup: groups.loadBalancer,
      dropInvalidHeaderFields: true,
      deletionProtection: settings.protectData,
    });
    this.loadBalancer.addSecurityGroup(groups.edgeEntry);
    addLoadBalancerAlarm(this, this.loadBalancer, props.alarmTopic);
    addCertificateAlarm(this, settings.certificateArn, props.alarmTopic);
    const accessLogs = new LogBucket(this, 'AccessLogs', { retentionDays: settings.logRetentionDays });
    this.loadBalancer.logAccessLogs(asInterface<IBucket>(accessLogs));
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn);
    const addListener = (listenerId: string, port: number): ApplicationListener =>
      this.loadBalancer.addListener(listenerId, {
        port,
        protocol: ApplicationProtocol.HTTPS,
        certificates: [certificate],
        sslPolicy: SslPolicy.RECOMMENDED_TLS,
        // The security groups' rules are made in one place, not here.
        open: false,
        defaultAction: ListenerAction.fixedResponse(404, NOT_FOUND),
      });
    this.edgeListener = addListener('EdgeListener', EDGE_PORT);
    this.apiListener = addListener('ApiListener', API_PORT);
    this.testListener = addListener('TestListener', TEST_PORT);
  }

  #createCluster({ settings, vpc }: PlatformStackProps): Cluster {
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: settings.containerInsights ? ContainerInsights.ENABLED : ContainerInsights.DISABLED,
      enableFargateCapacityProviders: true,
    });
    if (!settings.containerInsights) {
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions-ECS4',
        reason: 'Each metric is billed, and CPU, memory and requests of each service, which are free, show enough of a development stage.',
      });
    }
    return cluster;
  }
}
