import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { APP_CONTAINER, APP_PORT } from './app-container.ts';
import { renderAppSpec } from './render-appspec.ts';

describe('the AppSpec', () => {
  it('is as CodeDeploy wants it, with the version that it takes', () => {
    expect(renderAppSpec({ capacityProvider: 'FARGATE_SPOT', smokeTest: 'torii-dev-catalog-smoke-test' })).toBe(`version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: app
          ContainerPort: 80
        CapacityProviderStrategy:
          - CapacityProvider: FARGATE_SPOT
            Base: 0
            Weight: 1
Hooks:
  - AfterAllowTestTraffic: torii-dev-catalog-smoke-test
`);
  });

  it('names the container and the port of the templates', () => {
    const read = (name: string): string => readFileSync(new URL(`../../infra/src/constructs/${name}.ts`, import.meta.url), 'utf8');
    expect(read('service/service-task')).toContain(`APP_CONTAINER = '${APP_CONTAINER}'`);
    expect(read('entrance/security-groups')).toContain(`SERVICE_PORT = ${APP_PORT};`);
  });
});
