import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnRegistryScanningConfiguration } from 'aws-cdk-lib/aws-ecr';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImageRepository } from '../../constructs/delivery/image-repository.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { repositoryNameOf } from '../../delivery-names.ts';
import { SERVICES, type ServiceName } from '../../services.ts';
import type { ToolsStackProps } from './tools-props.ts';

export interface RegistryStackProps extends ToolsStackProps {
  readonly environments: readonly EnvironmentSettings[];
  readonly organizationId: string;
}

/** The images of all services. They stay when the stack goes: they run. */
export class RegistryStack extends Stack {
  readonly repositories: ReadonlyMap<ServiceName, ImageRepository>;

  constructor(scope: Construct, id: string, props: RegistryStackProps) {
    super(scope, id, props);
    const { settings, environments, organizationId } = props;
    const encryptionKey = new Key(this, 'Key', {
      description: 'Images of torii',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Of the whole registry: Inspector knows npm's packages too, where ECR's own scanner reads those of the operating system only.
    new CfnRegistryScanningConfiguration(this, 'Scanning', {
      scanType: 'ENHANCED',
      rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: repositoryNameOf('*'), filterType: 'WILDCARD' }] }],
    });
    const shared = { settings, encryptionKey, environments, organizationId };
    this.repositories = new Map(SERVICES.map((service) => [service, new ImageRepository(this, service, { ...shared, service })]));
  }
}
