import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { executionRoleNameOf, repositoryNameOf } from '../../delivery-names.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import type { ServiceName } from '../../services.ts';
import { getTools } from '../../tools.ts';

export interface ExecutionRoleProps {
  readonly service: ServiceName;
  readonly settings: EnvironmentSettings;
}

/** What ECS does for a service's tasks before they run. It pulls the service's own image from the tools account, and no other. */
export class ExecutionRole extends Role {
  constructor(scope: Construct, id: string, { service, settings }: ExecutionRoleProps) {
    super(scope, id, {
      // Named: the repository, in another account, lets in whoever is called so.
      roleName: executionRoleNameOf(settings.name, service),
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    const { account, region } = getTools();
    this.addToPolicy(
      new PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [`arn:aws:ecr:${region}:${account}:repository/${repositoryNameOf(service)}`],
      }),
    );
    this.addToPolicy(new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken has no resources to name; what the token is good for is in the other statement.',
    });
  }
}
