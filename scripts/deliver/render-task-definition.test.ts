import { describe, expect, it } from '@jest/globals';
import { DeliveryError } from './delivery-error.ts';
import { type DescribedTask, renderTaskDefinition } from './render-task-definition.ts';

const REVISION = 'f'.repeat(40);
const IMAGE = `111111111111.dkr.ecr.eu-west-1.amazonaws.com/torii-catalog@sha256:${'a'.repeat(64)}`;

const described = {
  taskDefinition: {
    family: 'torii-dev-catalog',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    volumes: [],
    placementConstraints: [],
    containerDefinitions: [
      {
        name: 'app',
        image: 'bootstrap',
        entryPoint: ['node', '-e', 'server'],
        command: ['node', 'services/catalog/src/main.ts'],
        environment: [{ name: 'PORT', value: '80' }],
        secrets: [{ name: 'SECRET', valueFrom: 'arn:secret' }],
        systemControls: [{ namespace: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      },
      { name: 'otel-collector', image: 'collector', entryPoint: ['/collector'] },
    ],
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/torii-dev-catalog:7',
    revision: 7,
    status: 'ACTIVE',
    requiresAttributes: [{ name: 'x' }],
    compatibilities: ['FARGATE'],
    registeredAt: new Date(0),
    registeredBy: 'somebody',
    enableFaultInjection: false,
  },
  tags: [
    { key: 'application', value: 'torii' },
    { key: 'aws:cloudformation:stack-name', value: 'torii-dev-svc-catalog' },
  ],
} satisfies DescribedTask;

const RELEASE = { imageUri: IMAGE, revision: REVISION };

describe('the rendered task definition', () => {
  it('has image and commit in place of the bootstrap server, and all else of the service and its sidecars', () => {
    const [app, collector] = described.taskDefinition.containerDefinitions;
    const { entryPoint: _bootstrap, ...rest } = app ?? { entryPoint: [] };
    const environment = [
      { name: 'PORT', value: '80' },
      { name: 'RELEASE', value: REVISION },
    ];
    expect(renderTaskDefinition(described, RELEASE).containerDefinitions).toEqual([{ ...rest, image: IMAGE, environment }, collector]);
  });

  it('has nothing that only ECS may write, and no tag of CloudFormation', () => {
    const { containerDefinitions: _containers, ...fields } = renderTaskDefinition(described, RELEASE);
    expect(fields).toEqual({
      family: 'torii-dev-catalog',
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      volumes: [],
      placementConstraints: [],
      tags: [{ key: 'application', value: 'torii' }],
    });
  });

  it('has no list of tags when there are none, which ECS would refuse', () => {
    expect(Object.keys(renderTaskDefinition({ ...described, tags: [] }, RELEASE))).not.toContain('tags');
  });

  it('is refused for an image that could be another one tomorrow', () => {
    expect(() => renderTaskDefinition(described, { ...RELEASE, imageUri: 'torii-catalog:latest' })).toThrow(DeliveryError);
    expect(() => renderTaskDefinition(described, { ...RELEASE, imageUri: 'torii-catalog:latest' })).toThrow(/has no digest/);
  });

  it('is refused when there is nothing to give the image to', () => {
    const sidecar = { taskDefinition: { family: 'torii-dev-catalog', revision: 7, containerDefinitions: [{ name: 'otel-collector' }] } };
    expect(() => renderTaskDefinition(sidecar, RELEASE)).toThrow(
      'torii-dev-catalog:7 cannot be rendered: it has no container "app", only otel-collector.',
    );
  });
});
