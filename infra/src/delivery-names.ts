// What the tools account and the environments' accounts call each other's things. Neither can ask the other, so both read it here.
import type { EnvironmentName } from './environment-settings.ts';
import type { ServiceName } from './services.ts';

/** ECR repository of a service's images, in the tools account; `*` for those of all. */
export function repositoryNameOf(service: ServiceName | '*'): string {
  return `torii-${service}`;
}

/** CodeDeploy's application of a service in an environment, and its only deployment group. */
export function deploymentNameOf(environment: EnvironmentName, service: ServiceName): string {
  return `torii-${environment}-${service}`;
}

/** The role in an environment that its service's pipeline takes to release there. */
export function releaseRoleNameOf(environment: EnvironmentName, service: ServiceName): string {
  return `torii-${environment}-release-${service}`;
}

/** The role with which ECS pulls a service's image in an environment. */
export function executionRoleNameOf(environment: EnvironmentName, service: ServiceName): string {
  return `torii-${environment}-${service}-execution`;
}

/** What the names of all roles of a service's pipeline begin with, in the tools account. The step follows; name it, as another service may begin alike. */
export function pipelineRolePrefixOf(service: ServiceName): string {
  return `torii-tools-${service}-`;
}
