import { Validations } from 'aws-cdk-lib';
import { CfnApplication, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { deploymentNameOf } from '../../delivery-names.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import type { Deployable } from '../service/deployable.ts';

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const MAX_ALARMS = 10;

export interface BlueGreenProps {
  readonly settings: EnvironmentSettings;
  readonly deployable: Deployable;
  readonly cluster: ICluster;
  readonly testListener: IApplicationListener;
  /** Asked after the listener for tests leads to the new tasks, and before any other does. */
  readonly smokeTest: IFunction;
}

/**
 * Puts a release beside the one that serves, tries it, moves the traffic, and moves it back when an alarm rings. By hand rather than by
 * CDK's construct, which gives CodeDeploy AWS's policy for all services of the account.
 */
export class BlueGreen extends Construct {
  /** Of the application, and of its one deployment group. */
  readonly deploymentName: string;

  constructor(scope: Construct, id: string, props: BlueGreenProps) {
    super(scope, id);
    const { settings, deployable, cluster } = props;
    const { name, service, rollbackAlarms } = deployable;
    if (rollbackAlarms.length > MAX_ALARMS)
      throw new Error(`${name} cannot be deployed: CodeDeploy watches ${MAX_ALARMS} alarms at most, and it has ${rollbackAlarms.length}.`);
    // Named: its pipeline, in another account, deploys to exactly these.
    this.deploymentName = deploymentNameOf(settings.name, name);
    const application = new CfnApplication(this, 'Application', { applicationName: this.deploymentName, computePlatform: 'ECS' });
    const role = this.#createRole(props);
    const { trafficShift, keepBlueMinutes } = settings.deployment;
    const group = new CfnDeploymentGroup(this, 'Group', {
      applicationName: application.ref,
      deploymentGroupName: this.deploymentName,
      serviceRoleArn: role.roleArn,
      deploymentConfigName: `CodeDeployDefault.${trafficShift}`,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
        // Until then the way back takes seconds.
        terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: keepBlueMinutes },
      },
      ecsServices: [{ clusterName: cluster.clusterName, serviceName: service.ecsService.serviceName }],
      loadBalancerInfo: { targetGroupPairInfoList: [this.#describeTraffic(props)] },
      alarmConfiguration: { enabled: true, alarms: rollbackAlarms.map(({ alarmName }) => ({ name: alarmName })) },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    });
    group.node.addDependency(role);
  }

  #describeTraffic({ deployable, testListener }: BlueGreenProps): CfnDeploymentGroup.TargetGroupPairInfoProperty {
    const { targetGroups, listener } = deployable.service;
    return {
      targetGroups: [{ name: targetGroups.blue.targetGroupName }, { name: targetGroups.green.targetGroupName }],
      prodTrafficRoute: { listenerArns: [listener.listenerArn] },
      testTrafficRoute: { listenerArns: [testListener.listenerArn] },
    };
  }

  /** What AWSCodeDeployRoleForECS allows for everything, for this service only. */
  #createRole({ deployable, smokeTest }: BlueGreenProps): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    const { ecsService, rules, taskRole, executionRole } = deployable.service;
    const allow = (actions: readonly string[], resources: readonly string[]): void =>
      void role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    allow(['ecs:DescribeServices', 'ecs:UpdateServicePrimaryTaskSet'], [ecsService.serviceArn]);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ecs:CreateTaskSet', 'ecs:DeleteTaskSet'],
        // What is yet to be made has no name; ECS tells whose it is.
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:service': ecsService.serviceArn } },
      }),
    );
    allow(
      ['elasticloadbalancing:ModifyRule'],
      rules.map(({ listenerRuleArn }) => listenerRuleArn),
    );
    allow(['lambda:InvokeFunction'], [smokeTest.functionArn]);
    // Neither the load balancer nor CloudWatch confines who only looks.
    allow(
      [
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTargetGroups',
        'cloudwatch:DescribeAlarms',
      ],
      ['*'],
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [taskRole.roleArn, executionRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'To look at load balancers and alarms: AWS confines that to nothing less.',
    });
    return role;
  }
}
