// What CodeDeploy is told: which container takes the traffic, where tasks run, and who tries the new ones before anybody else does.
import { Document, Scalar } from 'yaml';
import { APP_CONTAINER, APP_PORT } from './app-container.ts';

export interface AppSpec {
  /** As in the service; CodeDeploy would otherwise start Spot's tasks on demand. */
  readonly capacityProvider: string;
  /** Name of the function that is asked before the traffic moves. */
  readonly smokeTest: string;
}

export function renderAppSpec({ capacityProvider, smokeTest }: AppSpec): string {
  // 0.0 is the only version that CodeDeploy takes; written as a number it would lose its decimal.
  const version = new Scalar(0);
  version.minFractionDigits = 1;
  const service = {
    Type: 'AWS::ECS::Service',
    Properties: {
      // CodePipeline puts the ARN of what it registers from taskdef.json here.
      TaskDefinition: '<TASK_DEFINITION>',
      LoadBalancerInfo: { ContainerName: APP_CONTAINER, ContainerPort: APP_PORT },
      CapacityProviderStrategy: [{ CapacityProvider: capacityProvider, Base: 0, Weight: 1 }],
    },
  };
  return new Document({ version, Resources: [{ TargetService: service }], Hooks: [{ AfterAllowTestTraffic: smokeTest }] }).toString();
}
