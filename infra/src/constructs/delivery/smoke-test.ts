import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import type { Deployable } from '../service/deployable.ts';
import { NodeFunction } from '../node-function.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';
import { TEST_PORT } from '../entrance/security-groups.ts';

/** A new task starts within a minute or two; CodeDeploy itself would wait for an hour. */
const TIMEOUT = Duration.minutes(5);

export interface SmokeTestProps {
  readonly settings: EnvironmentSettings;
  readonly deployable: Deployable;
  readonly vpc: IVpc;
  /** The only one that the listener for tests admits. */
  readonly securityGroup: ISecurityGroup;
  readonly cluster: ICluster;
  readonly loadBalancer: IApplicationLoadBalancer;
  /** Holds the release whose consumers may take messages. */
  readonly released: StringParameter;
  readonly alarmTopic: ITopic;
}

/** The function that tries a release before anybody sees it, and says so to CodeDeploy. */
export class SmokeTestFunction extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: SmokeTestProps) {
    super(scope, id);
    const { settings, deployable, cluster, released } = props;
    const { ecsService } = deployable.service;
    this.function = new NodeFunction(this, 'Function', {
      entry: 'infra/lambda/smoke-test.ts',
      timeout: TIMEOUT,
      memoryMiB: 256,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      logRetentionDays: settings.logRetentionDays,
      environment: {
        CLUSTER: cluster.clusterName,
        ECS_SERVICE: ecsService.serviceName,
        TRIED_SERVICE: deployable.name,
        TEST_ORIGIN: `https://${props.loadBalancer.loadBalancerDnsName}:${TEST_PORT}`,
        // As the certificate of its listeners has it; the name itself is nobody's to look up here.
        CERTIFICATE_NAME: `alb.${settings.domainName}`,
        BEHAVIOUR_PATH: deployable.smokeTest.path,
        BEHAVIOUR_EXPECTS: deployable.smokeTest.expects,
        RELEASED_PARAMETER: released.parameterName,
      },
    });
    released.grantWrite(this.function);
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['ecs:DescribeServices'], resources: [ecsService.serviceArn] }));
    // ECS lets nobody be confined to some task definitions when it is asked about one.
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] }));
    new RunbookAlarm(this, 'Errors', {
      metric: this.function.metricErrors({ period: Duration.minutes(5) }),
      threshold: 0,
      periods: 1,
      problem: `CodeDeploy could not be told about a release of ${deployable.name}, or its consumers not which release serves`,
      article: 'function-fails',
      topic: props.alarmTopic,
    });
  }

  /** By name: the deployment group is made after the function that it calls. */
  allowVerdict(deploymentName: string): void {
    const group = Stack.of(this).formatArn({
      service: 'codedeploy',
      resource: 'deploymentgroup',
      resourceName: `${deploymentName}/${deploymentName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['codedeploy:PutLifecycleEventHookExecutionStatus'], resources: [group] }),
    );
  }
}
