import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { EnvironmentName } from './environment-settings.ts';
import type { ServiceName } from './services.ts';

/**
 * What the pipeline of a service, in another account, looks for. task-definition, migrate-task-definition: ARN of the revision that it
 * renders from · run-task: JSON { cluster, subnets, securityGroups } for the migration · smoke-test: name of the function that CodeDeploy
 * calls · released: the release whose consumers may take messages.
 */
export type ServiceParameter = 'task-definition' | 'migrate-task-definition' | 'run-task' | 'smoke-test' | 'released';

export function parameterName(environment: EnvironmentName, service: ServiceName, parameter: ServiceParameter): string {
  return `/torii/${environment}/${service}/${parameter}`;
}

/** Of a parameter of this account, by its name: who reads it need not wait for the stack that makes it. */
export function parameterArn(scope: IConstruct, name: string): string {
  return Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
}
