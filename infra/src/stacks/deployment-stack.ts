import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Deployable } from '../constructs/service/deployable.ts';
import { DeploymentNotices } from '../constructs/delivery/deployment-notices.ts';
import type { SecurityGroups } from '../constructs/entrance/security-groups.ts';
import { ServiceDeployment } from '../constructs/delivery/service-deployment.ts';
import { getTools } from '../tools.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { StageStackProps } from './stack-props.ts';

export interface DeploymentStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  readonly platform: PlatformStack;
  readonly alarmTopic: ITopic;
  readonly deployables: readonly Deployable[];
}

/** How releases come in: for each service what its pipeline finds here, and who is told when one did not stay. */
export class DeploymentStack extends Stack {
  constructor(scope: Construct, id: string, props: DeploymentStackProps) {
    super(scope, id, props);
    const { settings, vpc, groups, platform, alarmTopic, deployables } = props;
    const tools = getTools();
    const deployments = deployables.map(
      (deployable) =>
        new ServiceDeployment(this, deployable.name, {
          settings,
          tools,
          deployable,
          vpc,
          securityGroup: groups.smokeTest,
          cluster: platform.cluster,
          loadBalancer: platform.loadBalancer,
          testListener: platform.testListener,
          alarmTopic,
        }),
    );
    new DeploymentNotices(this, 'Notices', { deploymentNames: deployments.map(({ deploymentName }) => deploymentName), alarmTopic });
  }
}
