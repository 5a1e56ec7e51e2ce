import { Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationLoadBalancer, IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { parameterName, type ServiceParameter } from '../../parameters.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';
import { BlueGreen } from './blue-green.ts';
import type { Deployable } from '../service/deployable.ts';
import { DEPLOYMENT_STATE_CHANGE } from './deployment-notices.ts';
import { ReleaseRole } from './release-role.ts';
import { SmokeTestFunction } from './smoke-test.ts';

export interface ServiceDeploymentProps {
  readonly settings: EnvironmentSettings;
  readonly tools: ToolsSettings;
  readonly deployable: Deployable;
  readonly vpc: IVpc;
  /** Of the smoke test. */
  readonly securityGroup: ISecurityGroup;
  readonly cluster: ICluster;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly testListener: IApplicationListener;
  readonly alarmTopic: ITopic;
}

/** All that the pipeline of one service finds in an environment, but for the task definitions, which are the service's. */
export class ServiceDeployment extends Construct {
  /** CodeDeploy's application and its deployment group. */
  readonly deploymentName: string;
  readonly #props: ServiceDeploymentProps;

  constructor(scope: Construct, id: string, props: ServiceDeploymentProps) {
    super(scope, id);
    this.#props = props;
    // The smoke test writes it; what stands here is its first value only, and CloudFormation never looks at it again.
    const released = this.#publish('released', 'none');
    const smokeTest = new SmokeTestFunction(this, 'SmokeTest', { ...props, released });
    this.#publish('smoke-test', smokeTest.function.functionName);
    if (props.deployable.migrates) this.#publishRunTask();
    const { deploymentName } = new BlueGreen(this, 'BlueGreen', { ...props, smokeTest: smokeTest.function });
    this.deploymentName = deploymentName;
    smokeTest.allowVerdict(deploymentName);
    new ReleaseRole(this, 'Release', props);
    // Of a rollback too: tasks that start after it must not wait for a release that is gone.
    new Rule(this, 'Ended', {
      description: `Lets the consumers of the release of ${deploymentName} that serves take messages`,
      eventPattern: {
        source: ['aws.codedeploy'],
        detailType: [DEPLOYMENT_STATE_CHANGE],
        detail: { application: [deploymentName], state: ['SUCCESS', 'FAILURE', 'STOP'] },
      },
      targets: [new LambdaFunction(smokeTest.function)],
    });
  }

  /** Where the migration runs: beside the tasks of the service. */
  #publishRunTask(): void {
    const { deployable, cluster, vpc } = this.#props;
    const network = {
      cluster: cluster.clusterName,
      subnets: vpc.selectSubnets({ subnetGroupName: 'app' }).subnetIds,
      securityGroups: [deployable.securityGroup.securityGroupId],
    };
    this.#publish('run-task', Stack.of(this).toJsonString(network));
  }

  /** Named: the pipeline, in another account, looks for exactly this parameter. */
  #publish(parameter: ServiceParameter, stringValue: string): StringParameter {
    const { settings, deployable } = this.#props;
    return new StringParameter(this, `${parameter}-parameter`, {
      parameterName: parameterName(settings.name, deployable.name, parameter),
      stringValue,
    });
  }
}
